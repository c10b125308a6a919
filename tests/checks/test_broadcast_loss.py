from dataclasses import replace

import pytest

from trialrun.checks.loss.broadcast_loss import BroadcastLoss
from trialrun.findings.finding import Severity

from .records import LOSS, PAIR, findings


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
