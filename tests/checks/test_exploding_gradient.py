from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from trialrun.checks.gradient.exploding_gradient import ExplodingGradient
from trialrun.checks.registry import judge
from trialrun.evidence import Evidence
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.growth import NAME, Growth, facts, first_norm, is_large, steepest
from trialrun.findings.finding import Severity
from trialrun.findings.result import SkippedCheck

from .records import OPTIMISER, UPDATE, findings

ROW = tuple(0.01 * 1.3 ** (29 - stage) for stage in range(30))
STUCK = Arm("as it is", (1.48, *[1.39] * 59))
LEARNS = Arm("the gradient's norm clipped to 1 before each step", tuple(1.48 * 0.9**step for step in range(60)))
RECORD = ExperimentRecord(
    NAME,
    control=STUCK,
    variants=(LEARNS,),
    facts={"first_gradient_norm": 42.7, **facts(Growth(ROW))},
    words={"stages": "time steps of a recurrent layer"},
    floor=0.0,
)
SEEN: dict[str, Any] = {"experiment": (RECORD,), "optimiser": (OPTIMISER,)}


def test_the_growth_and_both_losses_are_told_at_the_step() -> None:
    (finding,) = findings(ExplodingGradient, **SEEN)

    assert finding.severity is Severity.WARNING
    assert finding.where is not None
    assert finding.where.line == 41
    assert "a norm of 42.7 at a loss of 1.48" in finding.message
    assert "from 0.01 to 20.15 over 30 time steps of a recurrent layer, 1.3-fold each" in finding.message
    assert "this is legitimate" in finding.message
    assert finding.verified is not None
    assert finding.verified.by == "the gradient's norm clipped to 1 before each step"
    assert "(now: 1.48 -> 1.39)" in finding.verified.result


@pytest.mark.parametrize(
    "change",
    [
        {"control": replace(STUCK, losses=LEARNS.losses)},  # learnt as it is
        {"variants": (replace(LEARNS, losses=STUCK.losses),)},  # neither is learnt
        {"variants": ()},
        {"facts": {"first_gradient_norm": 42.7, **facts(Growth((1.0,) * 30))}},
    ],
)
def test_nothing_is_said_where_nothing_grows_or_nothing_is_proven(change: dict[str, Any]) -> None:
    assert findings(ExplodingGradient, **{**SEEN, "experiment": (replace(RECORD, **change),)}) == []


def test_an_experiment_that_was_refused_is_a_skip() -> None:
    refused = ExperimentRecord(NAME, outcome="skipped", reason="L-BFGS needs the gradients as they are.")

    assert judge(Evidence(experiment=(refused,)), [ExplodingGradient()]) == (
        [],
        [SkippedCheck("GRD405", "L-BFGS needs the gradients as they are.")],
    )


@pytest.mark.parametrize(
    ("row", "geometric"),
    [
        (ROW, True),
        (tuple(reversed(ROW)), False),  # it vanishes
        ((40.0, 1.1, 1.0, 1.0, 0.9, 1.0), False),  # in one step
        ((40.0, 10.0, 4.0, 1.0), False),  # too few
        (tuple(1.0 + 0.5 * (19 - stage) for stage in range(20)), False),  # a sum over steps, no product
        ((float("inf"), *ROW), False),
    ],
)
def test_growth_is_geometric_or_it_is_none(row: tuple[float, ...], geometric: bool) -> None:
    assert Growth(row).geometric is geometric


def test_padding_and_a_small_last_layer_hide_no_growth() -> None:
    of, found = steepest([("layers with weights", (1.0, 1.0)), ("time steps", (*ROW, 0.0, 0.0)), ("none", ())])

    assert (of, found.norms) == ("time steps", ROW)
    assert steepest([("layers", (*ROW, 5.0))])[1].norms == ROW


def test_a_norm_counts_against_its_loss_and_at_an_optimisers_first_step_alone() -> None:
    later = replace(UPDATE, step=1, gradient_norm=900.0)
    other = replace(UPDATE, optimiser=1, gradient_norm=50.0, loss=30.0)

    assert first_norm(Evidence(update=(UPDATE, later))) == (1.0, 2.3)
    assert first_norm(Evidence(update=(UPDATE, later, other))) == (50.0, 30.0)
    assert not is_large(50.0, 30.0)
    assert is_large(50.0, 1.4)
    assert first_norm(Evidence()) is None
