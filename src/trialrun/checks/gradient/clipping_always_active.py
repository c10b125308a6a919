"""More than half of all steps have their gradients clipped.

## Why is this bad?

Clipping is meant for the rare step whose gradient is far larger than the others. Where it is active in most steps,
every update has the same length whatever the gradient says, and the limit acts as a second learning rate: changing
the loss's scale or the batch size no longer changes anything, and the rate found by a search holds for this limit only.

## Fix

Look at the norms that `clip_grad_norm_` returns, and set the limit above their usual size, or lower the learning rate
on purpose.

## Limits

A note: language models and recurrent networks are often trained so on purpose, and norms are largest at the start,
which is what a rehearsal sees. Clipping after the step is GRD407.

## References

Pascanu et al., "On the difficulty of training recurrent neural networks", 2013; Zhang et al., "Why gradient clipping
accelerates training", 2020.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from trialrun.checks.base import Check
from trialrun.checks.wording import number, percent
from trialrun.evidence import Evidence
from trialrun.evidence.gradients import ClipRecord
from trialrun.evidence.place import Where
from trialrun.findings.finding import Finding, Severity

LEAST_CALLS = 5
USUAL_SHARE = 0.5  # of the calls
DEEPLY = 10.0  # times the limit


def usually_clipped(evidence: Evidence) -> dict[Where | None, list[ClipRecord]]:
    """All calls of each place that cuts gradients in most of its calls."""
    places: dict[Where | None, list[ClipRecord]] = {}
    for clip in evidence.clip:
        if not clip.late and (clip.scale is None or clip.scale == 1):
            places.setdefault(clip.where, []).append(clip)
    return {
        where: calls
        for where, calls in places.items()
        if len(calls) >= LEAST_CALLS and sum(clip.active for clip in calls) > USUAL_SHARE * len(calls)
    }


def clipped_deeply(evidence: Evidence) -> bool:
    """Whether some place leaves a tenth or less of most gradients: its limit sets the pace, not the learning rate."""
    for calls in usually_clipped(evidence).values():
        sizes = [clip.size for clip in calls if clip.size is not None]
        if sizes and median(sizes) >= DEEPLY * calls[-1].limit:
            return True
    return False


class ClippingAlwaysActive(Check):
    code = "GRD408"
    slug = "clipping-always-active"
    severity = Severity.NOTE
    needs = ("clip",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for where, calls in usually_clipped(evidence).items():
            active = [clip for clip in calls if clip.active]
            last = calls[-1]
            sizes = [clip.size for clip in calls if clip.size is not None]
            what = "norm" if last.kind == "norm" else "largest element"
            yield self.finding(
                f"clip_grad_{last.kind}_ cut the gradients in {len(active)} of {len(calls)} calls "
                f"({percent(len(active) / len(calls))}): the {what} was {number(median(sizes))} in the middle and "
                f"{number(min(sizes))} at least, the limit is {number(last.limit)}.",
                f"If that is not meant, set the limit above the usual {what}.",
                where=where,
                measured={"calls": len(calls), "active": len(active), "limit": last.limit, "sizes": sizes[:10]},
                expected="clipping is active in the odd step",
            )
