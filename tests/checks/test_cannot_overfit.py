import math
import random
from dataclasses import replace
from typing import Any

import pytest

from trialrun.checks.registry import judge
from trialrun.checks.training.cannot_overfit import CannotOverfit
from trialrun.evidence import Evidence
from trialrun.evidence.repeats import OverfitRecord
from trialrun.findings.finding import Severity
from trialrun.findings.result import SkippedCheck

from .records import findings, line, updates

STUCK = OverfitRecord(
    "ran",
    where=line(35),
    losses=tuple(2.24 + 0.09 * 0.8**step for step in range(300)),
    accuracy=(0.11, *[0.19] * 299),
    floor=0.0,
    floor_source="class indices",
    nonlinear=True,
    parameters=9000,
    targets=64,
    tied_share=0.0,
    one_output=False,
    learning_rates=(0.1, 0.01),
    budget_steps=300,
)


def test_a_batch_that_was_not_learnt_is_a_warning_at_the_loop() -> None:
    (finding,) = findings(CannotOverfit, overfit=(STUCK,))

    assert finding.severity is Severity.WARNING
    assert finding.where is not None
    assert finding.where.line == 35
    assert finding.stage == "overfit"
    assert finding.message == (
        "One batch was repeated 300 times and not learnt. The loss was 2.33 at first, 2.24 at best in 299 steps and "
        "2.24 at the end, far above its floor of 0. Right classes: 11% at first, 19% at best. The learning rate was "
        "held at 0.1, 0.01."
    )
    assert finding.measured["best_loss"] == pytest.approx(2.24)
    assert {"GRD403", "MOD201", "OPT501", "OPT505", "LOS301"} <= set(finding.explained_by)


def test_one_output_for_all_samples_is_named() -> None:
    (finding,) = findings(CannotOverfit, overfit=(replace(STUCK, tied_share=1.0, one_output=True),))
    assert "the output was the same for all samples" in finding.message


def test_what_to_try_first_follows_the_curve() -> None:
    noise = random.Random(0)
    losses = {
        "Try a learning rate ten to a hundred times lower": tuple(2.3 + noise.uniform(-0.4, 0.6) for _ in range(300)),
        "Try a learning rate ten to a hundred times higher": (2.3,) * 300,
        "See that the optimiser holds the parameters": STUCK.losses,
    }
    for fix, curve in losses.items():
        (finding,) = findings(CannotOverfit, overfit=(replace(STUCK, losses=curve, accuracy=()),))
        assert finding.fix.startswith(fix)
        assert "Right classes" not in finding.message


def test_a_loss_that_blew_up_is_found_after_a_few_repeats() -> None:
    (finding,) = findings(CannotOverfit, overfit=(replace(STUCK, losses=(2.3, 900.0, math.nan), accuracy=()),))
    assert "from 2.3 to nan in 2 steps" in finding.message
    assert finding.fix.startswith("Try a learning rate ten to a hundred times lower")


@pytest.mark.parametrize("falls", [0.9, 0.999])
def test_a_batch_that_is_learnt_or_being_learnt_is_silent(falls: float) -> None:
    losses = tuple(2.3 * falls**step for step in range(300))
    assert findings(CannotOverfit, overfit=(replace(STUCK, losses=losses, accuracy=()),)) == []


@pytest.mark.parametrize(
    "change",
    [{"outcome": "skipped", "reason": "The batches differ."}, {"nonlinear": False}, {"floor": None}, {"losses": ()}],
    ids=str,
)
def test_what_cannot_be_judged_is_skipped_with_its_reason(change: dict[str, Any]) -> None:
    found, skipped = judge(Evidence(overfit=(replace(STUCK, **change),)), [CannotOverfit()])
    assert found == []
    (reason,) = skipped
    assert reason.code == "TRN601"
    assert reason.reason


def test_a_warm_up_that_was_left_out_is_no_finding() -> None:
    found, skipped = judge(Evidence(overfit=(STUCK,), update=updates(learning_rates=(1e-4,))), [CannotOverfit()])
    assert found == []
    assert "warms up" in skipped[0].reason


def test_without_a_record_it_is_skipped() -> None:
    assert judge(Evidence(), [CannotOverfit()]) == ([], [SkippedCheck("TRN601", "no evidence of kind overfit")])
