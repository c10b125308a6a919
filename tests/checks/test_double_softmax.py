from dataclasses import replace

import pytest

from trialrun.checks.loss.double_softmax import DoubleSoftmax
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.findings.finding import Severity, Verified

from .records import LOSS, findings, line

SQUASHED = replace(LOSS, input_from="softmax", input_from_where=line(15, "forward"))


def test_softmax_into_cross_entropy_is_an_error_at_the_softmax() -> None:
    (finding,) = findings(DoubleSoftmax, loss=(SQUASHED, replace(SQUASHED, step=1)))

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:15"
    assert "cross_entropy (train.py:39)" in finding.message
    assert "can't fall below 1.461" in finding.message  # ln(1 + 9 / e)


def test_place_of_the_loss_serves_when_the_softmax_is_not_known() -> None:
    (finding,) = findings(DoubleSoftmax, loss=(replace(SQUASHED, input_from_where=None),))

    assert str(finding.where) == "train.py:39"


@pytest.mark.parametrize("change", [{"training": False}, {"input_from": None}, {"input_from": "sigmoid"}])
def test_other_inputs_and_evaluation_are_silent(change: dict[str, object]) -> None:
    assert findings(DoubleSoftmax, loss=(replace(SQUASHED, **change),)) == []


def test_softmax_into_nll_is_a_warning() -> None:
    (finding,) = findings(DoubleSoftmax, loss=(replace(SQUASHED, function="nll_loss"),))

    assert finding.severity is Severity.WARNING


def test_log_softmax_into_cross_entropy_is_a_note_and_into_nll_right() -> None:
    (finding,) = findings(DoubleSoftmax, loss=(replace(SQUASHED, input_from="log_softmax"),))

    assert finding.severity is Severity.NOTE
    assert findings(DoubleSoftmax, loss=(replace(SQUASHED, input_from="log_softmax", function="nll_loss"),)) == []


def test_no_floor_is_claimed_for_a_weighted_loss() -> None:
    (finding,) = findings(DoubleSoftmax, loss=(replace(SQUASHED, weighted=True),))

    assert finding.measured["floor"] is None


def test_what_the_loss_does_with_the_logits_is_told() -> None:
    record = ExperimentRecord(
        "skipped activation",
        control=Arm("as it is", (2.0, *(1.5,) * 9)),
        variants=(Arm("the softmax in front of the loss skipped", (2.0, *(0.1,) * 9)),),
        floor=0.0,
    )
    (finding,) = findings(DoubleSoftmax, loss=(SQUASHED,), experiment=(record,))

    assert finding.verified == Verified(
        "the softmax in front of the loss skipped", "loss 2 -> 0.1 in 9 steps (now: 2 -> 1.5)"
    )
