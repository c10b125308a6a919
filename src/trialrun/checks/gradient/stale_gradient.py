"""An optimiser's step uses gradients that its previous step had already used.

## Why is this bad?

`backward()` adds to `.grad`. When nothing clears it after a step, the next step moves along the sum of all gradients
since the start: the steps grow, old directions are repeated, and training becomes unstable or diverges.

## Fix

Call `optimizer.zero_grad()` once per step, before `loss.backward()` (or right after `optimizer.step()`).

## Limits

Several backward calls before one step (accumulation, several losses) are not this: their gradients have not been used
by a step yet. The order of calls does not matter, nor do gradients that another optimiser's backward left behind and
that are cleared before use. A step after iterations that the rehearsal skipped is not judged: one of them may have
cleared them. It is an error when an optimiser's own consumed gradients came back in two steps or more,
or in one step by every gradient it used; else a warning. Where one
batch, repeated, is learnt with cleared gradients and far less without, the finding tells both losses; that an easy
batch is learnt either way refutes nothing. Optimisers that are built at one line and step at one line (a sweep of the
learning rate, folds) make one finding, that of the one with most such steps.

## References

PyTorch tutorial, "Zeroing out gradients in PyTorch".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from trialrun.checks.base import Check
from trialrun.checks.replaying import verified_by
from trialrun.checks.wording import at, count, number, numbers
from trialrun.evidence import Evidence
from trialrun.evidence.model import OptimiserRecord, UpdateRecord
from trialrun.evidence.replays import CLEARED_GRADIENTS
from trialrun.findings.finding import Finding, Mend, Severity


class StaleGradient(Check):
    code = "GRD401"
    slug = "stale-gradient"
    severity = Severity.ERROR
    needs = ("update",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        optimisers = {record.id: record for record in evidence.optimiser}
        alike: dict[tuple[object, ...], list[tuple[int, Finding]]] = {}  # built and stepped at the same lines
        for identity in sorted({update.optimiser for update in evidence.update}):
            updates = [update for update in evidence.update if update.optimiser == identity]
            stale = [update for update in updates if update.stale_parameters > 0]
            if stale:
                optimiser = optimisers.get(identity)
                built = optimiser.where if optimiser else None
                place = (built, stale[0].where, identity if built is None else None)
                alike.setdefault(place, []).append((len(stale), self._reused(optimiser, updates, stale)))
        proof = verified_by(evidence, CLEARED_GRADIENTS)
        for group in alike.values():
            worst = max(group, key=lambda found: (found[1].severity is Severity.ERROR, found[0]))[1]
            others = len(group) - 1
            message = worst.message + (f" So did {others} more, built at the same line." if others else "")
            yield replace(worst, message=message, verified=proof)

    def _reused(
        self, optimiser: OptimiserRecord | None, updates: list[UpdateRecord], stale: list[UpdateRecord]
    ) -> Finding:
        held = optimiser.parameters if optimiser else 0
        whole = bool(held) and all(update.stale_parameters >= held for update in stale) and len(updates) == 2
        sure = len(stale) >= 2 or whole
        norms = [update.gradient_norm for update in updates]
        by_hand = optimiser is None or optimiser.id == -1
        subject = "The hand-written update" if by_hand or optimiser is None else f"{optimiser.cls}.step()"
        amount = max(update.stale_parameters for update in stale)
        tensors = f"{amount} of its {held} gradients" if held and amount < held else "gradients"
        message = (
            f"{subject} used {tensors} that its previous step had already used, in {len(stale)} of "
            f"{count(len(updates), 'step')}: |g| was {numbers(norms)} with nothing clearing them in between."
        )
        if len(norms) > 1 and norms[0] and norms[-1] and norms[-1] > norms[0]:
            message += f" It grew {number(norms[-1] / norms[0])} times."
        clear = "Set p.grad = None for every parameter" if by_hand else "Call optimizer.zero_grad()"
        return self.finding(
            message,
            f"{clear} once per step, before loss.backward().",
            where=stale[0].where,
            severity=Severity.ERROR if sure else Severity.WARNING,
            measured={
                "optimiser": optimiser.cls if optimiser else None,
                "built": at(optimiser.where).strip(" ()") if optimiser else None,
                "gradient_norms": norms,
                "stale_steps": len(stale),
                "steps": len(updates),
                "stale_parameters": amount,
            },
            expected="every step uses gradients of its own backward calls alone",
            mend=Mend("zero_grad", {"by_hand": by_hand}),
        )
