from dataclasses import replace

from trialrun.checks.optimiser.learning_rate_too_low import LearningRateTooLow
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.repeats import OverfitRecord
from trialrun.evidence.sweep import NAME
from trialrun.findings.finding import Severity

from .records import EPOCH_LOOP, TRAINING_LOOP, findings

LEARNT = tuple(2.0 * 0.8**step for step in range(60))
STILL = tuple(2.0 - 1e-5 * step for step in range(60))
SWEEP = ExperimentRecord(
    NAME,
    control=Arm("as it is", STILL, 1.0),
    variants=(Arm("learning rate x 3", STILL, 3.0), Arm("learning rate x 1000", LEARNT, 1000.0)),
    facts={"learning_rate": 1e-6},
    words={"start": "initial weights"},
    floor=0.0,
)


def test_a_batch_that_only_a_much_higher_rate_learns_is_a_warning() -> None:
    (finding,) = findings(LearningRateTooLow, experiment=(SWEEP,))
    assert finding.severity is Severity.WARNING
    assert finding.measured["lowest_proposed"] == 1e-3
    assert "1e-06" in finding.message


def test_a_rate_three_times_higher_that_learns_is_no_finding() -> None:
    near = replace(SWEEP, variants=(*SWEEP.variants, Arm("learning rate x 3", LEARNT, 3.0)))
    assert findings(LearningRateTooLow, experiment=(near,)) == []


def test_nothing_is_said_where_longer_repeats_learn_the_batch() -> None:
    longer = OverfitRecord("ran", losses=(*STILL, *LEARNT, *[0.0] * 80), floor=0.0, budget_steps=200)
    assert findings(LearningRateTooLow, experiment=(SWEEP,), overfit=(longer,)) == []


def test_a_planned_run_that_is_long_enough_is_no_finding() -> None:
    slow = replace(SWEEP, control=Arm("as it is", tuple(2.0 - 1e-3 * step for step in range(60)), 1.0))
    still = OverfitRecord("ran", losses=tuple(2.0 - 1e-3 * step for step in range(201)), floor=0.0, budget_steps=200)

    def said(batches: int) -> int:
        loops = (replace(TRAINING_LOOP, length=batches), replace(EPOCH_LOOP, length=10))
        return len(findings(LearningRateTooLow, experiment=(slow,), overfit=(still,), loop=loops))

    assert said(100) == 1  # 1,000 updates at 5e-4 of what is left: exp(-0.5) stays
    assert said(900) == 0
    assert findings(LearningRateTooLow, experiment=(slow,), overfit=(still,)) == []  # how long is not known
