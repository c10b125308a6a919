from dataclasses import replace

import pytest

from trialrun.checks.optimiser.learning_rate_too_high import LearningRateTooHigh
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.repeats import OverfitRecord
from trialrun.evidence.sweep import NAME, WARM_UP
from trialrun.findings.finding import Severity

from .records import OPTIMISER, findings, updates

LEARNT = tuple(2.0 * 0.8**step for step in range(60))
JUMPS = (2.0, 9.0) * 30
LOWER = Arm("learning rate x 0.1", LEARNT, 0.1)
SWEEP = ExperimentRecord(
    NAME,
    control=Arm("as it is", (*JUMPS, 9.0), 1.0),
    variants=(LOWER,),
    facts={"learning_rate": 4.0},
    words={"start": "initial weights"},
    floor=0.0,
)


AT_ONCE = updates(learning_rates=(4.0,))


def test_a_batch_that_only_a_lower_rate_learns_is_an_error_with_both_curves() -> None:
    (finding,) = findings(LearningRateTooHigh, experiment=(SWEEP,), update=AT_ONCE, optimiser=(OPTIMISER,))
    assert finding.severity is Severity.ERROR
    assert finding.stage == "probe"
    assert finding.measured["learning_rate"] == 4.0
    assert finding.measured["highest_proposed"] == 0.4
    assert finding.verified is not None
    assert "0.4" in finding.verified.by


def test_no_error_where_the_arms_did_not_begin_at_the_initial_weights() -> None:
    later = replace(SWEEP, words={"start": "weights later"})
    (finding,) = findings(LearningRateTooHigh, experiment=(later,), update=AT_ONCE, optimiser=(OPTIMISER,))
    assert finding.severity is Severity.WARNING


WARM = updates(learning_rates=(0.1,))  # of an update long before the rate of 4 is reached


def test_a_rate_that_the_program_works_up_to_is_a_note() -> None:
    (finding,) = findings(LearningRateTooHigh, experiment=(SWEEP,), update=WARM, optimiser=(OPTIMISER,))
    assert finding.severity is Severity.NOTE


@pytest.mark.parametrize(
    ("losses", "said"),
    [((2.0, 1.0, *[9.0] * 60), [Severity.WARNING]), ((2.0, *[1.5] * 60), [Severity.NOTE]), (LEARNT, [])],
)
def test_what_a_warm_up_makes_of_it_decides(losses: tuple[float, ...], said: list[Severity]) -> None:
    warmed = ExperimentRecord(WARM_UP, variants=(Arm("rate raised over 60 steps", losses),), floor=0.0)
    told = findings(LearningRateTooHigh, experiment=(SWEEP, warmed), update=WARM, optimiser=(OPTIMISER,))
    assert [finding.severity for finding in told] == said
    assert all("With the rate raised over 60 steps, then held, it goes 2" in finding.message for finding in told)


def test_nothing_is_said_where_a_higher_rate_learns_as_well() -> None:
    erratic = replace(SWEEP, variants=(LOWER, Arm("learning rate x 10", LEARNT, 10.0)))
    assert findings(LearningRateTooHigh, experiment=(erratic,)) == []


def test_nothing_is_said_where_no_lower_rate_learns() -> None:
    assert findings(LearningRateTooHigh, experiment=(replace(SWEEP, variants=(replace(LOWER, losses=JUMPS),)),)) == []


def test_nothing_is_said_where_longer_repeats_learn_the_batch() -> None:
    longer = OverfitRecord("ran", losses=(*JUMPS, *LEARNT, *[0.0] * 80), floor=0.0, budget_steps=200)
    assert findings(LearningRateTooHigh, experiment=(SWEEP,), overfit=(longer,)) == []
