from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from trialrun.checks.registry import judge
from trialrun.checks.reproducibility.low_precision_loss import LowPrecisionLoss
from trialrun.evidence import Evidence
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.low_precision import AS_IT_IS, HELD, NAME
from trialrun.findings.finding import Severity
from trialrun.findings.result import SkippedCheck

from .records import OPTIMISER, PARAMETER, findings, line

FACTS = {
    "learning_rate": 0.005,
    "elements": 24342.0,
    "moved_as_it_is": 0.043,
    "moved_held": 0.72,
    "swallowed_in_first_step": 0.96,
}
STUCK = Arm(AS_IT_IS, tuple(2.31 - 0.0005 * step for step in range(60)))
MOVES = Arm(HELD, tuple(2.31 - 0.0015 * step for step in range(60)))
RECORD = ExperimentRecord(NAME, control=STUCK, variants=(MOVES,), facts=FACTS, words={"dtypes": "bfloat16"}, floor=0.0)
LOW = replace(PARAMETER, dtype="bfloat16")
SEEN: dict[str, Any] = {"experiment": (RECORD,), "optimiser": (OPTIMISER,), "parameter": (LOW,)}


def test_both_shares_and_both_losses_are_told_where_the_optimiser_is_built() -> None:
    (finding,) = findings(LowPrecisionLoss, **SEEN)

    assert finding.severity is Severity.WARNING
    assert finding.where is not None
    assert finding.where.line == 12
    assert "rounding leaves nothing of 96 % of the first step's updates" in finding.message
    assert "4.3 % of 24,342 weights have moved: loss 2.31 -> 2.28" in finding.message
    assert "this is legitimate" in finding.message
    assert finding.verified is not None
    assert "72 % of the weights move, loss 2.31 -> 2.22" in finding.verified.result
    assert "(now: 4.3 %, 2.31 -> 2.28" in finding.verified.result


def test_the_optimiser_that_holds_the_low_weights_is_named() -> None:
    other = replace(OPTIMISER, id=1, where=line(15))
    wide = replace(PARAMETER, id=1, numel=9000)
    low = replace(LOW, id=2, optimisers=(1,))

    (finding,) = findings(LowPrecisionLoss, **{**SEEN, "optimiser": (OPTIMISER, other), "parameter": (wide, low)})

    assert finding.where is not None
    assert finding.where.line == 15


@pytest.mark.parametrize(
    "change",
    [
        {"facts": {**FACTS, "moved_as_it_is": 0.11}},  # enough of them move
        {"facts": {**FACTS, "moved_held": 0.49}},  # the updates are as small in float32
        {"facts": {**FACTS, "elements": 0.0}},
        {"variants": (replace(MOVES, losses=STUCK.losses),)},  # nothing is won by it: what is lost is no matter
        {"variants": (replace(MOVES, losses=tuple(reversed(STUCK.losses))),)},
        {"variants": ()},
    ],
)
def test_nothing_is_said_where_weights_move_or_nothing_is_won(change: dict[str, Any]) -> None:
    assert findings(LowPrecisionLoss, **{**SEEN, "experiment": (replace(RECORD, **change),)}) == []


def test_an_experiment_that_was_refused_is_a_skip() -> None:
    refused = ExperimentRecord(NAME, outcome="skipped", reason="The weights before the first update were not kept.")

    assert judge(Evidence(experiment=(refused,)), [LowPrecisionLoss()]) == (
        [],
        [SkippedCheck("NUM802", "The weights before the first update were not kept.")],
    )
