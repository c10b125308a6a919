"""A scheduler is stepped before its optimiser makes its first update.

## Why is this bad?

The first value of the schedule is never used: the run begins at the second one, and every later change comes one call
too early. With a warm-up or a step at the first milestone this is a different schedule from the one that was written.
It was the right order before PyTorch 1.1, so old examples still show it.

## Fix

Call `scheduler.step()` after `optimizer.step()`: at the end of the batch or of the epoch, not at its beginning.

## Limits

Judged by the first call inside a loop that also makes updates, and only where no backward had run by then. Winding a
schedule forward to where an earlier run stopped happens in a loop of its own, a first step that a `GradScaler` skips
comes after its backward, and a dry run that draws a schedule has no backward at all: none of these is meant. A warm-up
from 0 may be stepped first on purpose. A first call between backward and update is judged from PyTorch's own warning,
and only in a program that scales no gradients.

## References

PyTorch documentation, `torch.optim`, "How to adjust learning rate".
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.absence import mentioned
from trialrun.checks.base import Check
from trialrun.checks.wording import at, number
from trialrun.evidence import Evidence
from trialrun.evidence.timing import ScheduleRecord
from trialrun.findings.finding import Finding, Severity

_WARNING = "Detected call of `lr_scheduler.step()` before `optimizer.step()`"  # of torch.optim.lr_scheduler
_SCALING = frozenset({"GradScaler", "ShardedGradScaler", "Accelerator", "Fabric", "unscale_"})  # these skip steps


class SchedulerBeforeOptimizer(Check):
    code = "OPT507"
    slug = "scheduler-before-optimizer"
    severity = Severity.WARNING
    needs = ("schedule", "update")

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        optimisers = {record.id: record for record in evidence.optimiser}
        for schedule in evidence.schedule:
            optimiser = optimisers.get(schedule.optimiser)
            if optimiser is None or not optimiser.steps:
                continue
            if schedule.before_backward is None:
                if _warned(schedule, evidence) and set(schedule.loops) & set(optimiser.step_in):
                    yield self._between(schedule, optimiser.cls, f"{at(optimiser.step_where)}")
                continue
            first, second = schedule.before_backward
            if not next((u.backwards for u in evidence.update if u.optimiser == optimiser.id), 1):
                continue  # its steps came without a backward too: a dry run that draws the schedule
            if first == second or first == 0.0 or not set(schedule.loops) & set(optimiser.step_in):
                continue  # a call that changes nothing loses nothing; a warm-up from 0 skips its 0 on purpose
            yield self._skipped(schedule, optimiser.cls, f"{at(optimiser.step_where)}", first, second)

    def _between(self, schedule: ScheduleRecord, cls: str, place: str) -> Finding:
        first, second = schedule.curve[:2]
        return self.finding(
            f"{schedule.cls}.step() was called after a backward but before the first {cls}.step(){place}, as PyTorch "
            f"itself warns: {number(first)}, the first of the schedule's rates, was used by no update; the next is "
            f"{number(second)}.",
            "Call scheduler.step() after optimizer.step(), at the end of the loop's body. If the first value is to be "
            "skipped on purpose, this is legitimate.",
            where=schedule.where,
            measured={"scheduler": schedule.cls, "first_rate": first, "rate_after_call": second},
            expected="optimizer.step() comes first",
        )

    def _skipped(self, schedule: ScheduleRecord, cls: str, place: str, first: float, second: float) -> Finding:
        return self.finding(
            f"{schedule.cls}.step() was called before any backward and before the first {cls}.step(){place}: the "
            f"first update was made at a learning rate of {number(second)}, and {number(first)}, the first of the "
            "schedule, was used by none.",
            "Call scheduler.step() after optimizer.step(), at the end of the loop's body. If the first value is to be "
            "skipped on purpose, this is legitimate.",
            where=schedule.where,
            measured={"scheduler": schedule.cls, "first_rate": first, "rate_after_call": second},
            expected="optimizer.step() comes first",
        )


def _warned(schedule: ScheduleRecord, evidence: Evidence) -> bool:
    """Whether PyTorch warned at this call, and neither a skipped first step nor the rates make that harmless."""
    warned = any(r.where == schedule.where and r.message.startswith(_WARNING) for r in evidence.warning)
    changes = len(schedule.curve) > 1 and schedule.curve[0] not in (0.0, schedule.curve[1])
    return warned and changes and not mentioned(evidence, _SCALING)
