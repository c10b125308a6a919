from dataclasses import replace

from trialrun.checks.optimiser.scheduler_before_optimizer import SchedulerBeforeOptimizer
from trialrun.evidence.model import OptimiserRecord
from trialrun.evidence.program import WarningRecord
from trialrun.evidence.timing import ScheduleRecord
from trialrun.findings.finding import Severity

from .records import OPTIMISER, findings, line, updates

EPOCHS, BATCHES, WINDING = line(33), line(35), line(30)
STEPPED = replace(OPTIMISER, step_in=(BATCHES, EPOCHS))
FIRST = ScheduleRecord("CosineAnnealingLR", line(34), 0, 3, EPOCHS, 20, loops=(EPOCHS,), before_backward=(0.1, 0.09))


def judged(schedule: ScheduleRecord, optimiser: OptimiserRecord = STEPPED, backwards: int = 1) -> list[Severity]:
    done = updates(backwards=backwards)
    found = findings(SchedulerBeforeOptimizer, schedule=(schedule,), optimiser=(optimiser,), update=done)
    return [finding.severity for finding in found]


def test_first_call_before_the_first_update_is_a_warning() -> None:
    assert judged(FIRST) == [Severity.WARNING]


def test_right_order_and_winding_forward_are_silent() -> None:
    assert judged(replace(FIRST, before_backward=None)) == []
    assert judged(replace(FIRST, loops=(WINDING,))) == []


def test_call_that_changes_nothing_or_leaves_zero_is_silent() -> None:
    assert judged(replace(FIRST, before_backward=(0.1, 0.1))) == []
    assert judged(replace(FIRST, before_backward=(0.0, 0.01))) == []


def test_optimiser_that_never_stepped_is_not_judged() -> None:
    assert judged(FIRST, replace(STEPPED, steps=0)) == []


def test_a_dry_run_that_draws_the_schedule_is_silent() -> None:
    assert judged(FIRST, backwards=0) == []


WARNED = WarningRecord("UserWarning", "Detected call of `lr_scheduler.step()` before `optimizer.step()`. ...", line(34))
BETWEEN = replace(FIRST, before_backward=None, curve=(0.1, 0.09, 0.08))


def judged_with_warning(schedule: ScheduleRecord, source: str = "optimizer.step()") -> list[Severity]:
    evidence = {"schedule": (schedule,), "optimiser": (STEPPED,), "update": updates(), "warning": (WARNED,)}
    return [f.severity for f in findings(SchedulerBeforeOptimizer, **evidence, source={"train.py": source})]


def test_a_call_between_backward_and_first_update_is_told_from_torchs_warning() -> None:
    assert judged_with_warning(BETWEEN) == [Severity.WARNING]
    assert judged(BETWEEN) == []


def test_torchs_warning_alone_is_not_enough() -> None:
    assert judged_with_warning(BETWEEN, "scaler = torch.amp.GradScaler()") == []
    assert judged_with_warning(replace(BETWEEN, loops=(WINDING,))) == []
    assert judged_with_warning(replace(BETWEEN, where=line(50))) == []
    assert judged_with_warning(replace(BETWEEN, curve=(0.1, 0.1, 0.1))) == []
    assert judged_with_warning(replace(BETWEEN, curve=(0.0, 0.1))) == []
