from dataclasses import replace

import pytest

from trialrun.checks.loss.broadcast_loss import BroadcastLoss
from trialrun.evidence.program import WarningRecord
from trialrun.findings.finding import Severity

from .records import LOSS, PAIR, findings, line


def test_column_against_flat_target_is_a_warning() -> None:
    (finding,) = findings(BroadcastLoss, broadcast=(PAIR, replace(PAIR, step=1)), loss=(LOSS,))

    assert finding.severity is Severity.WARNING
    assert "a prediction (32, 1) with a target (32,)" in finding.message
    assert "1,024 pairs instead of 32" in finding.message
    assert "prediction.squeeze(-1)" in finding.fix


def test_column_target_against_flat_prediction_is_told_the_right_way_round() -> None:
    (finding,) = findings(BroadcastLoss, broadcast=(replace(PAIR, prediction_side="right"),), loss=(LOSS,))

    assert "a prediction (32,) with a target (32, 1)" in finding.message
    assert "target.squeeze(-1)" in finding.fix


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        ((32, 1), (1, 32), (32, 32)),  # pairs made explicit: ranking
        ((32, 3), (32, 1), (32, 3)),  # quantiles
        ((1, 1), (1,), (1, 1)),  # one sample
        ((32, 1), (3,), (32, 3)),  # a row of thresholds
        ((32, 1, 1), (32,), (32, 1, 32)),
    ],
)
def test_other_pairings_are_silent(left: tuple[int, ...], right: tuple[int, ...], result: tuple[int, ...]) -> None:
    pair = replace(PAIR, left_shape=left, right_shape=right, result_shape=result)
    assert findings(BroadcastLoss, broadcast=(pair,), loss=(LOSS,)) == []


def warned(target: str, prediction: str) -> WarningRecord:
    sizes = f"(torch.Size([{target}])) that is different to the input size (torch.Size([{prediction}]))"
    return WarningRecord("UserWarning", f"Using a target size {sizes}. This will likely lead to ...", line(40))


def test_what_torch_warned_of_is_told_where_nothing_else_saw_it() -> None:
    (finding,) = findings(BroadcastLoss, warning=(warned("32", "32, 1"),) * 2, loss=(LOSS,))

    assert (finding.severity, finding.where and finding.where.line) == (Severity.WARNING, 40)
    assert "an input (32, 1) and a target (32,): they broadcast to 1,024 pairs instead of 32" in finding.message


def test_one_place_is_told_once() -> None:
    found = findings(
        BroadcastLoss, broadcast=(replace(PAIR, where=line(40)),), warning=(warned("32", "32, 1"),), loss=(LOSS,)
    )
    assert len(found) == 1


@pytest.mark.parametrize(
    ("target", "prediction"), [("", "32, 1"), ("32, 1", "32, 8"), ("1", "1, 1"), ("32, 1, 8", "32, 8, 1")]
)
def test_other_sizes_that_torch_warns_of_are_silent(target: str, prediction: str) -> None:
    assert findings(BroadcastLoss, warning=(warned(target, prediction),), loss=(LOSS,)) == []
