from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from trialrun.checks.registry import judge
from trialrun.checks.reproducibility.low_precision_loss import LowPrecisionLoss
from trialrun.evidence import Evidence
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.low_precision import AS_IT_IS, HELD, NAME
from trialrun.evidence.underflow import NAME as SCALING
from trialrun.findings.finding import Severity
from trialrun.findings.result import SkippedCheck

from .records import OPTIMISER, PARAMETER, UPDATE, findings, line

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


LOST = {
    "elements": 23108.0,
    "lost_share": 0.87,
    "missing_norm_share": 0.41,
    "loss_factor": 65536.0,
    "float16_weights": 0.0,
}
STANDS = Arm("as it is", (1.0, *(0.4 for _ in range(59))))
LEARNS = Arm("the loss scaled by 65,536 and gradients divided by it", tuple(0.93**step for step in range(60)))
UNDERFLOW = ExperimentRecord(
    SCALING, where=line(22), control=STANDS, variants=(LEARNS,), facts=LOST, words={}, floor=0.0
)


def test_underflow_that_scaling_mends_is_an_error_at_the_backward() -> None:
    (finding,) = findings(LowPrecisionLoss, experiment=(UNDERFLOW,))

    assert finding.severity is Severity.ERROR
    assert finding.where is not None
    assert finding.where.line == 22
    assert "of 23,108 elements of the first gradient 87 % underflow to exactly 0" in finding.message
    assert "loss 1 -> 0.01382 in 59 steps (not scaled: 1 -> 0.4)" in finding.message
    assert finding.verified is not None
    assert "0 % of them lost (now: 1 -> 0.4, 87 %)" in finding.verified.result
    assert "torch.amp.GradScaler()" in finding.fix


def test_a_factor_beyond_the_usual_one_and_weights_in_float16_change_the_advice() -> None:
    facts = {**LOST, "loss_factor": 2.0**28, "float16_weights": 1.0}
    (finding,) = findings(LowPrecisionLoss, experiment=(replace(UNDERFLOW, facts=facts),))

    assert finding.fix.startswith("Keep the weights in float32")
    assert "init_scale=268435456" in finding.fix
    assert "both on float32 copies" in finding.message


@pytest.mark.parametrize(
    "change",
    [
        {"facts": {**LOST, "lost_share": 0.29}},  # next to nothing underflows: something else made the difference
        {"control": LEARNS},  # nothing is won by it, and most of the norm is there
        {"control": replace(STANDS, losses=tuple(0.95**step for step in range(60)))},  # nearly as far as scaled
        {"variants": (replace(LEARNS, losses=(*LEARNS.losses[:40], float("nan"))),)},
        {"variants": ()},  # too little was lost for a comparison
    ],
)
def test_underflow_without_proof_that_leaves_the_norm_is_not_told(change: dict[str, Any]) -> None:
    assert findings(LowPrecisionLoss, experiment=(replace(UNDERFLOW, **change),)) == []


@pytest.mark.parametrize(
    ("losses", "told"),
    [
        ((1.0, 1.0, 10.0, 30.0), False),  # ramped up
        ((1.0, 1.0, 9.0, 10.0), True),  # below ten times
        ((1.0, 50.0, 1.0, 1.2), True),  # the later ones are as small as the repeated batch's
        ((1.0, None, 20.0, float("nan")), False),
        ((None, None), True),
    ],
)
def test_a_repeated_batch_that_the_later_losses_outgrow_proves_nothing(
    losses: tuple[float | None, ...], told: bool
) -> None:
    seen = tuple(replace(UPDATE, step=step, loss=loss) for step, loss in enumerate(losses))

    assert bool(findings(LowPrecisionLoss, experiment=(UNDERFLOW,), update=seen)) is told


def test_no_more_than_all_of_the_norm_is_said_to_be_gone() -> None:
    facts = {**LOST, "missing_norm_share": 1.12}
    (finding,) = findings(LowPrecisionLoss, experiment=(replace(UNDERFLOW, facts=facts),))

    assert "100 % of its norm is gone" in finding.message


@pytest.mark.parametrize(("lost", "missing", "told"), [(0.5, 0.5, True), (0.49, 0.9, False), (0.9, 0.49, False)])
def test_underflow_of_most_of_the_norm_is_warned_of_without_proof(lost: float, missing: float, told: bool) -> None:
    facts = {**LOST, "lost_share": lost, "missing_norm_share": missing}
    record = replace(UNDERFLOW, control=replace(LEARNS, change="as it is"), facts=facts)

    found = findings(LowPrecisionLoss, experiment=(record,))

    assert [finding.severity for finding in found] == [Severity.WARNING] * told
    assert all("this is legitimate" in finding.message and finding.verified is None for finding in found)


def test_one_of_the_two_losses_is_told_underflow_first() -> None:
    (both,) = findings(LowPrecisionLoss, **{**SEEN, "experiment": (RECORD, UNDERFLOW)})
    refused = ExperimentRecord(SCALING, outcome="skipped", reason="Gradients in float16 are clipped.")
    (other,) = findings(LowPrecisionLoss, **{**SEEN, "experiment": (refused, RECORD)})

    assert "underflow to exactly 0" in both.message
    assert "have moved" in other.message
    assert judge(Evidence(**{**SEEN, "experiment": (refused, RECORD)}), [LowPrecisionLoss()])[1] == []
