"""LOS303 and LOS304."""

from dataclasses import replace

import pytest

from trialrun.checks.loss.logits_expected import LogitsExpected
from trialrun.checks.loss.probabilities_expected import ProbabilitiesExpected
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.program import CallContext, LossInput
from trialrun.evidence.repeats import OverfitRecord
from trialrun.evidence.tensors import TargetValues
from trialrun.findings.finding import Severity, Verified

from .records import CRASH, LOSS, findings, line

SQUASHED = replace(
    LOSS,
    function="binary_cross_entropy_with_logits",
    input_from="sigmoid",
    input_from_where=line(15, "forward"),
    targets=TargetValues(0.0, 1.0, whole=True),
)
RAW = replace(LOSS, function="nll_loss", layer="linear", exp_sums=(0.4, 30.0), value=-2.0)
STOPPED = replace(
    CRASH,
    message="all elements of input should be between 0 and 1",
    context=CallContext("binary_cross_entropy", (), loss_input=LossInput((-2.0, 0.5), (0.0, 1.0), layer="linear")),
)


def test_sigmoid_and_a_negative_sample_are_an_error_at_the_sigmoid() -> None:
    (finding,) = findings(LogitsExpected, loss=(SQUASHED, replace(SQUASHED, step=1)))
    assert (finding.severity, str(finding.where)) == (Severity.ERROR, "train.py:15")


def test_negatives_may_come_in_another_call() -> None:
    positive = replace(SQUASHED, targets=TargetValues(1.0, 1.0, whole=True))
    negative = replace(SQUASHED, targets=TargetValues(0.0, 0.0, whole=True))
    (finding,) = findings(LogitsExpected, loss=(positive, negative))
    assert finding.severity is Severity.ERROR
    (finding,) = findings(LogitsExpected, loss=(positive,))
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize("change", [{"training": False}, {"input_from": None}, {"function": "binary_cross_entropy"}])
def test_other_losses_and_evaluation_are_silent(change: dict[str, object]) -> None:
    assert findings(LogitsExpected, loss=(replace(SQUASHED, **change),)) == []


def test_raw_scores_into_nll_are_an_error() -> None:
    (finding,) = findings(ProbabilitiesExpected, loss=(RAW,))
    assert finding.severity is Severity.ERROR
    assert "sums to 0.4..30" in finding.message


@pytest.mark.parametrize("change", [{"layer_elsewhere": True}, {"terms": 2}, {"layer": None, "input_from": "relu"}])
def test_signs_that_scores_are_meant_make_it_a_warning(change: dict[str, object]) -> None:
    (finding,) = findings(ProbabilitiesExpected, loss=(replace(RAW, **change),))
    assert finding.severity is Severity.WARNING


def test_two_places_are_those_of_a_critic() -> None:
    found = findings(ProbabilitiesExpected, loss=(RAW, replace(RAW, where=line(50))))
    assert [finding.severity for finding in found] == [Severity.WARNING] * 2


@pytest.mark.parametrize("change", [{"exp_sums": (0.999, 1.001)}, {"layer": None}, {"function": "cross_entropy"}])
def test_log_probabilities_are_right_however_they_were_made(change: dict[str, object]) -> None:
    assert findings(ProbabilitiesExpected, loss=(replace(RAW, **change),)) == []


def test_a_crash_of_bce_tells_the_range() -> None:
    (finding,) = findings(ProbabilitiesExpected, crash=(STOPPED,))
    assert "-2 to 0.5" in finding.message
    assert "linear layer" in finding.message


def test_nan_in_bce_is_not_explained_as_missing_sigmoid() -> None:
    context = replace(STOPPED.context, loss_input=LossInput(None, (0.0, 1.0), input_from="sigmoid"))
    assert findings(ProbabilitiesExpected, crash=(replace(STOPPED, context=context),)) == []


def test_what_the_loss_does_with_the_logits_is_told() -> None:
    record = ExperimentRecord(
        "skipped activation",
        control=Arm("as it is", (2.0, *(1.5,) * 9)),
        variants=(Arm("the sigmoid in front of the loss skipped", (2.0, *(0.1,) * 9)),),
        floor=0.0,
    )
    (finding,) = findings(LogitsExpected, loss=(SQUASHED,), experiment=(record,))

    assert finding.verified == Verified(
        "the sigmoid in front of the loss skipped", "loss 2 -> 0.1 in 9 steps (now: 2 -> 1.5)"
    )


RESTING = (0.4, *(-0.3 - 0.001 * step for step in range(100)))
DIVING = tuple(0.4 - 0.02 * step for step in range(100))


@pytest.mark.parametrize(
    ("losses", "outcome", "told"),
    [
        (RESTING, "ran", 0),
        (DIVING, "ran", 1),
        (RESTING[:20], "ran", 1),
        ((0.4,) * 100, "ran", 1),
        (RESTING, "broken", 1),
    ],
)
def test_scores_that_something_bounds_are_meant(losses: tuple[float, ...], outcome: str, told: int) -> None:
    repeated = (OverfitRecord(outcome, losses=losses),)
    found = findings(ProbabilitiesExpected, loss=(replace(RAW, layer_elsewhere=True),), overfit=repeated)

    assert [finding.severity for finding in found] == [Severity.WARNING] * told


def test_raw_scores_alone_are_an_error_wherever_the_loss_comes_to_rest() -> None:
    (finding,) = findings(ProbabilitiesExpected, loss=(RAW,), overfit=(OverfitRecord("ran", losses=RESTING),))

    assert finding.severity is Severity.ERROR
