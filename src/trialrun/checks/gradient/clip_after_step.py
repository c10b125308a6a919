"""Gradients are clipped after the step that used them, or before a scaler's factor was taken out.

## Why is this bad?

`clip_grad_norm_` changes `.grad` in place. After `step()` the gradients have done their work: what is clipped there is
thrown away by the next `zero_grad()`, and training runs without any clipping. Before `scaler.unscale_(optimizer)` the
gradients still hold the loss scale (65,536 at the start), so nearly every one is cut, and by far too much: after
unscaling almost nothing is left, and how much depends on the scale.

## Fix

The order is `backward()`, `scaler.unscale_(optimizer)` if there is a scaler, `clip_grad_norm_(...)`, `step()`,
`zero_grad()`.

## Limits

A call that changes nothing (`clip_grad_norm_(parameters, inf)`, or a norm below the limit) only measures and is passed
over, and so is one in a program that also clips in time. Gradients that are used or added to after they were clipped
are not counted. A limit that is itself multiplied with the scale (`get_scale()`) is right.

## References

PyTorch documentation, `torch.nn.utils.clip_grad_norm_`; "Automatic Mixed Precision examples", section "Gradient
clipping".
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.absence import mentioned
from trialrun.checks.base import Check
from trialrun.checks.wording import at, count, number
from trialrun.evidence import Evidence
from trialrun.evidence.gradients import ClipRecord
from trialrun.evidence.place import Where
from trialrun.findings.finding import Finding, Mend, Severity

LEAST_CALLS = 2  # one late clip may belong to a step that was skipped


class ClipAfterStep(Check):
    code = "GRD407"
    slug = "clip-after-step"
    severity = Severity.ERROR
    needs = ("clip",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        places: dict[Where | None, list[ClipRecord]] = {}
        for clip in evidence.clip:
            places.setdefault(clip.where, []).append(clip)
        for calls in places.values():
            active = [clip for clip in calls if clip.active]
            late = [clip for clip in active if clip.late]
            scaled = [clip for clip in active if _is_scaled(clip)]
            if len(late) >= LEAST_CALLS and all(clip.late for clip in calls) and not _in_time(evidence, late):
                yield self._late(calls, late)
            elif len(scaled) >= LEAST_CALLS and len(scaled) == len(active) and not mentioned(evidence, _SCALES):
                yield self._scaled(scaled)

    def _late(self, calls: list[ClipRecord], late: list[ClipRecord]) -> Finding:
        last = late[-1]
        what = "total norm" if last.kind == "norm" else "largest element"
        return self.finding(
            f"clip_grad_{last.kind}_ ran after step(){at(last.step_where)} had used the gradients: {len(late)} of "
            f"{count(len(calls), 'call')} cut them ({what} {number(last.size)} to {number(last.limit)} at the last), "
            "and they were cleared without being used. The updates were not clipped.",
            "Move the clipping between backward() and step().",
            where=last.where,
            measured={"calls": len(calls), "late_calls": len(late), "limit": last.limit, "sizes": _sizes(late)},
            expected="gradients are clipped before the step that uses them",
            mend=Mend("clip_before_step", {"unscale": False}),
        )

    def _scaled(self, scaled: list[ClipRecord]) -> Finding:
        last = scaled[-1]
        size = None if last.size is None or not last.scale else last.size / last.scale
        limit = None if not last.scale else last.limit / last.scale
        return self.finding(
            f"clip_grad_{last.kind}_ ran {count(len(scaled), 'time')} while the gradients still held the scaler's "
            f"factor {number(last.scale)}: they were cut from {number(size)} to {number(limit)} (unscaled) where "
            f"{number(last.limit)} was the limit.",
            "Call scaler.unscale_(optimizer) after backward() and before the clipping.",
            where=last.where,
            measured={"calls": len(scaled), "scale": last.scale, "limit": last.limit, "sizes": _sizes(scaled)},
            expected="the limit is compared with unscaled gradients",
            mend=Mend("clip_before_step", {"unscale": True}),
        )


_SCALES = frozenset({"get_scale", "_scale"})


def _is_scaled(clip: ClipRecord) -> bool:
    """A limit of the size of the factor was chosen with it in mind."""
    return clip.scale is not None and clip.scale > 1 and clip.limit < clip.scale


def _in_time(evidence: Evidence, late: list[ClipRecord]) -> bool:
    """Whether the same optimiser's gradients are also clipped before a step: then the late call is a measurement."""
    held = {ident for clip in late for ident in clip.optimisers}
    return any(not clip.late and held & set(clip.optimisers) for clip in evidence.clip)


def _sizes(clips: list[ClipRecord]) -> list[float | None]:
    return [clip.size for clip in clips[:10]]
