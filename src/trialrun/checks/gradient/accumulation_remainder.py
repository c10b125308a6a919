"""The number of batches is no multiple of the accumulated ones, and what is left at the end of an epoch goes wrong.

## Why is this bad?

With k micro-batches a step, up to k - 1 of them are left over when the loop over the data ends. Cleared by the
`zero_grad()` of the next epoch, they cost their time and teach nothing. Not cleared, they are added to the first step
of the next epoch, whose gradient is then too large. Where they get a step of their own but are divided by k all the
same, that step is too short.

## Fix

Step after the last batch too, and divide by the number of micro-batches that really precede that step:
`if (i + 1) % k == 0 or i + 1 == len(loader)`. Or drop the remainder before its gradients are computed.
`trialrun.accumulate` is a loop that steps after what is left, and weighs it rightly.

## Limits

Judged on backwards of one line: which entry of the loop each was made in, and whether a step used it. Where the loop
was cut and its length is a multiple of k the remainder is the cut's, and nothing is said; so it is where the length is
not known and the loop was cut. A counter that goes on over the epochs uses every micro-batch and is right. It is a
note where less than 2 % of an epoch is lost or leaks, and where a remainder's own step is too short: each of its
samples then weighs what every other one does, which may be meant. A remainder of the last epoch alone is not seen.

## References

PyTorch documentation, "Automatic Mixed Precision examples: gradient accumulation". The threshold is this project's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import mode

from trialrun.checks.base import Check
from trialrun.checks.wording import at, count, number, percent
from trialrun.evidence import Evidence
from trialrun.evidence.accumulation import SAME
from trialrun.evidence.gradients import WindowRecord
from trialrun.findings.finding import Finding, Severity

SMALL_SHARE = 0.02  # of an epoch's batches


@dataclass(frozen=True)
class _Remainder:
    batches: int  # left over in each epoch
    length: int | None  # batches of an epoch; None: not known

    @property
    def told(self) -> str:
        """ "3 of the 15 batches of an epoch (20 %)"."""
        if self.length is None:
            return f"{count(self.batches, 'batch')} of an epoch"
        share = percent(self.batches / self.length)
        return f"{number(self.batches)} of the {number(self.length)} batches of an epoch ({share})"

    @property
    def severity(self) -> Severity:
        small = self.length is not None and self.batches < SMALL_SHARE * self.length
        return Severity.NOTE if small else Severity.WARNING


class AccumulationRemainder(Check):
    code = "GRD410"
    slug = "accumulation-remainder"
    severity = Severity.WARNING
    needs = ("window",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for optimiser in evidence.optimiser:
            windows = [w for w in evidence.window if w.optimiser == optimiser.id and w.loop is not None]
            whole = [w.used for w in windows if w.used and not w.used_earlier]
            if not whole or mode(whole) < 2 or len({w.used_backward for w in windows if w.used}) > 1:
                continue
            for find, tell in ((_lost, self._told_lost), (_leaked, self._told_leaked), (_short, self._told_short)):
                found = find(evidence, windows, mode(whole))
                if found:
                    yield tell(evidence, found[-1], mode(whole))
                    return  # optimisers that step together lose the same

    def _told_lost(self, evidence: Evidence, window: WindowRecord, k: int) -> Finding:
        left = _remainder(evidence, window, k, window.wiped_earlier)
        assert left is not None
        return self.finding(
            f"A step follows each {k} backwards{at(window.used_backward)}, and {left.told} are left over: their "
            f"gradients, |g| {number(window.wiped_norm)} in the rehearsal, were cleared{at(window.wiped_where)} and no "
            "step used them. Where these batches are dropped on purpose, this is legitimate.",
            "Step after the last batch of the epoch as well, its loss divided by the number of micro-batches left; or "
            "leave these batches out before their gradients are computed.",
            where=window.wiped_where or window.used_backward,
            severity=left.severity,
            measured={
                "backwards_per_step": k,
                "batches": left.length,
                "lost": left.batches,
                "gradient_norm_lost": window.wiped_norm,
            },
            expected="every backward's gradient is used by a step",
            explained_by=("GRD402",),
        )

    def _told_leaked(self, evidence: Evidence, window: WindowRecord, k: int) -> Finding:
        left = _remainder(evidence, window, k, window.used_earlier)
        assert left is not None
        own = window.used - window.used_earlier
        return self.finding(
            f"A step follows each {k} backwards{at(window.used_backward)}, and {left.told} are left over: nothing "
            f"clears their gradients, and the first step of the next epoch{at(window.where)} uses them beside its own "
            f"{own}, {own + left.batches} instead of {own}. If they are meant to count there, this is legitimate.",
            "Step after the last batch of the epoch as well, its loss divided by the number of micro-batches left, and "
            "clear the gradients after each step; or count micro-batches on from epoch to epoch.",
            where=window.where,
            severity=left.severity,
            measured={
                "backwards_per_step": k,
                "batches": left.length,
                "left_over": left.batches,
                "backwards_in_rehearsed_step": window.used,
            },
            expected=f"each step uses {own} backwards",
            explained_by=("GRD401",),
        )

    def _told_short(self, evidence: Evidence, window: WindowRecord, k: int) -> Finding:
        left = _remainder(evidence, window, k, window.used)
        assert left is not None
        return self.finding(
            f"A step follows each {k} backwards{at(window.used_backward)}, and the last {left.told} get a step of "
            f"their own; their losses are divided by {k} all the same, so its gradient is {left.batches}/{k} of their "
            "mean. If each sample is meant to weigh the same over the whole epoch, this is legitimate.",
            f"Divide the last losses by the number of micro-batches left ({left.batches}) instead of {k}.",
            where=window.where,
            severity=Severity.NOTE,
            measured={"backwards_per_step": k, "batches": left.length, "left_over": left.batches},
            expected=f"losses divided by {left.batches} in the last step of an epoch",
        )


def _lost(evidence: Evidence, windows: list[WindowRecord], k: int) -> list[WindowRecord]:
    return [
        w
        for w in windows
        if 0 < w.wiped_earlier == w.wiped < k
        and w.used
        and w.wiped_backward == w.used_backward
        and _remainder(evidence, w, k, w.wiped_earlier)
    ]


def _leaked(evidence: Evidence, windows: list[WindowRecord], k: int) -> list[WindowRecord]:
    """Steps that used a whole window of their own and something from an earlier entry of the loop."""
    found = []
    for window, following in pairwise(windows):
        own = window.used - window.used_earlier
        plain = following.entry == window.entry and not following.used_earlier and following.used == own
        if window.used_earlier > 0 and plain and own > 1 and _remainder(evidence, window, own, window.used_earlier):
            found.append(window)
    return found


def _short(evidence: Evidence, windows: list[WindowRecord], k: int) -> list[WindowRecord]:
    """Last steps of an entry after fewer backwards, their losses divided like all others, by k."""
    shares = _shares(evidence)
    last = [
        w for w, after in zip(windows, [*windows[1:], None], strict=True) if after is None or after.entry != w.entry
    ]
    full = [shares[w.step] for w in windows if w.used == k and w.step in shares]
    if not full or any(abs(share * k - 1) > SAME for share in full):
        return []
    return [
        w
        for w in last
        if 0 < w.used < k
        and not w.used_earlier
        and not w.wiped
        and w.step in shares
        and abs(shares[w.step] * k - 1) <= SAME
        and _remainder(evidence, w, k, w.used)
    ]


def _shares(evidence: Evidence) -> dict[int, float]:
    """What was backpropagated last in front of each update, over the mean loss it was made of."""
    means = {
        call.step: call.value
        for call in evidence.loss
        if call.training and call.reduction == "mean" and call.terms == 1 and call.value
    }
    return {
        update.step: update.loss / means[update.step]
        for update in evidence.update
        if update.loss is not None and update.step in means
    }


def _remainder(evidence: Evidence, window: WindowRecord, k: int, seen: int) -> _Remainder | None:
    """What a full epoch leaves over; None where the rehearsal's cut may have made it."""
    loop = next((record for record in evidence.loop if record.where == window.loop), None)
    if loop is None:
        return None
    if loop.length is None:
        return None if loop.cut or loop.jumped else _Remainder(seen, None)
    left = loop.length % k
    return _Remainder(left, loop.length) if left else None
