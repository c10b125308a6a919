"""Gradients are cleared between backward and step, so that no step ever uses them.

## Why is this bad?

`zero_grad()` after `backward()` throws the gradient away. With it right in front of `step()` the optimiser finds
nothing, and the weights never move. Inside an accumulation loop it throws away all micro-batches but the last: the
others cost their full time and teach nothing, and the batch is smaller than it seems.

## Fix

Clear gradients once per step, before the first `backward()` of that step or right after `step()`; with accumulation,
not in each micro-batch.

## Limits

A backward counts as wiped when every gradient it left was cleared before any step. Judged where the first step lost
some in this way and most others did (a remainder that the next epoch's start clears is none). Not counted: a backward
that also reaches a leaf of no optimiser (the input of FGSM), one after which weights changed by hand (SAM), another
optimiser stepped (several critic updates for one of the generator) or gradients were clipped, and one whose gradients
are not finite. Where the step does find gradients, a wiped backward on another line than the used one is taken for a
probe, and nothing is said if the program reads `.grad` or sets gradient hooks.

## References

PyTorch documentation, `torch.optim.Optimizer.zero_grad`; PyTorch tutorial, "Zeroing out gradients in PyTorch".
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.absence import mentioned
from trialrun.checks.base import Check
from trialrun.checks.wording import at, count, number
from trialrun.evidence import Evidence
from trialrun.evidence.gradients import WindowRecord
from trialrun.evidence.model import OptimiserRecord
from trialrun.evidence.place import Where
from trialrun.findings.finding import Finding, Severity

# Without these names a program cannot look at a gradient before it clears it; clipping is seen as it happens.
_READING = frozenset(
    {
        *("grad", "register_hook", "register_post_accumulate_grad_hook", "register_full_backward_hook"),
        *("get_total_norm", "unscale_", "watch"),
    }
)
LEAST_STEPS = 2  # one step alone may be the odd one


class GradientWipedBeforeStep(Check):
    code = "GRD402"
    slug = "gradient-wiped-before-step"
    severity = Severity.ERROR
    needs = ("window",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        told: set[tuple[Where | None, Where | None]] = set()  # one backward may fill several optimisers' gradients
        for optimiser in evidence.optimiser:
            windows = [window for window in evidence.window if window.optimiser == optimiser.id]
            wiped = [window for window in windows if window.wiped]
            if len(wiped) < LEAST_STEPS or not windows[0].wiped:  # what an epoch's end left over is no defect
                continue
            place = (wiped[-1].wiped_where, wiped[-1].wiped_backward)
            if place in told:
                continue
            told.add(place)
            if len(wiped) == len(windows) and not any(window.gradients_found for window in windows):
                yield self._all(optimiser, windows)
            elif 2 * len(wiped) > len(windows) and all(w.used and w.used_backward == w.wiped_backward for w in wiped):
                yield from () if mentioned(evidence, _READING) else (self._most(optimiser, wiped),)

    def _all(self, optimiser: OptimiserRecord, windows: list[WindowRecord]) -> Finding:
        last = windows[-1]
        return self.finding(
            f"None of the {count(len(windows), 'step')} of {optimiser.cls}{at(last.where)} found a gradient: each time "
            f"those of the backward{at(last.wiped_backward)}, |g| {number(last.wiped_norm)}, had been cleared "
            f"in between{at(last.wiped_where)}.",
            "Call zero_grad() before backward(), or after step(): not between the two.",
            where=last.wiped_where or last.where,
            measured=_measured(optimiser, windows),
            expected="each step finds the gradients of its backward",
        )

    def _most(self, optimiser: OptimiserRecord, windows: list[WindowRecord]) -> Finding:
        last = windows[-1]
        wiped, used = sum(window.wiped for window in windows), sum(window.used for window in windows)
        message = (
            f"Of {count(wiped + used, 'backward')} at one line{at(last.wiped_backward)} only {used} reached a step of "
            f"{optimiser.cls}{at(last.where)}: the gradients of the other {wiped}, |g| {number(last.wiped_norm)} "
            f"at the last, were cleared first{at(last.wiped_where)}."
        )
        return self.finding(
            message,
            "Clear gradients once per step, right after step(), and not in front of every backward(); or step after "
            "every backward().",
            where=last.wiped_where or last.where,
            measured=_measured(optimiser, windows),
            expected="every backward adds to the gradient that the next step uses",
        )


def _measured(optimiser: OptimiserRecord, windows: list[WindowRecord]) -> dict[str, object]:
    return {
        "optimiser": optimiser.cls,
        "steps": len(windows),
        "backwards_wiped": sum(window.wiped for window in windows),
        "backwards_used": sum(window.used for window in windows),
        "wiped_norms": [window.wiped_norm for window in windows],
    }
