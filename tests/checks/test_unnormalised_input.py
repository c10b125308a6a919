from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from trialrun.checks.data.unnormalised_input import UnnormalisedInput
from trialrun.checks.registry import judge
from trialrun.evidence import Evidence
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.input_scale import NAME
from trialrun.evidence.replays import clearly_better, halfway, way_gone
from trialrun.findings.finding import Severity
from trialrun.findings.result import SkippedCheck

from .records import BATCH, HEAD, TENSOR, findings

PIXELS = replace(TENSOR, minimum=0.0, maximum=255.0, mean=78.0, std=96.0)
INPUT = replace(BATCH, source="model input", tensors=(PIXELS,))
STUCK = Arm("as it is", (5.8, *[2.3] * 59))
LEARNS = Arm("input standardised", tuple(2.3 * 0.8**step for step in range(20)))
RECORD = ExperimentRecord(NAME, control=STUCK, variants=(LEARNS,), floor=0.0)
SEEN: dict[str, Any] = {"batch": (INPUT,), "layer": (HEAD,), "experiment": (RECORD,)}


def test_both_losses_and_the_range_are_told() -> None:
    (finding,) = findings(UnnormalisedInput, **SEEN)

    assert finding.severity is Severity.WARNING
    assert finding.where is not None
    assert finding.where.line == 36
    assert "runs from 0 to 255 (mean 78, standard deviation 96)" in finding.message
    assert "loss 5.8 -> 2.3 in 59 steps" in finding.message
    assert finding.verified is not None
    assert "2.3 -> 0.03315 in 19 steps (now: 5.8 -> 2.3)" in finding.verified.result


@pytest.mark.parametrize(
    "change",
    [
        {"experiment": (replace(RECORD, variants=(Arm("input standardised", (2.3,) * 60),)),)},  # neither learns
        {"experiment": (replace(RECORD, control=replace(STUCK, losses=LEARNS.losses)),)},  # both learn
        {"batch": (replace(INPUT, tensors=(replace(PIXELS, maximum=3.0, mean=0.0, std=1.0),)),)},
        {"batch": (replace(INPUT, tensors=(replace(PIXELS, requires_grad=True),)),)},
        {"layer": (replace(HEAD, cls="BatchNorm1d"), HEAD)},
        {"layer": (replace(HEAD, cls="Embedding"), HEAD)},
    ],
)
def test_nothing_is_said_where_nothing_is_proven_or_the_scale_does_not_get_through(change: dict[str, Any]) -> None:
    assert findings(UnnormalisedInput, **{**SEEN, **change}) == []


def test_an_experiment_that_was_refused_is_a_skip() -> None:
    refused = ExperimentRecord(NAME, outcome="skipped", reason="The model does not take them.")
    seen = Evidence(batch=(INPUT,), layer=(HEAD,), experiment=(refused,))

    assert judge(seen, [UnnormalisedInput()]) == ([], [SkippedCheck("DAT102", "The model does not take them.")])


def test_a_start_far_above_guessing_is_not_counted_as_learning() -> None:
    assert way_gone(STUCK, LEARNS, 0.0) == pytest.approx(0.0)
    assert clearly_better(LEARNS, STUCK, 0.0)


def test_four_times_sooner_counts_only_where_the_program_is_slow() -> None:
    slow = Arm("as it is", tuple(2.0 - 0.025 * step for step in range(60)))
    soon = Arm("as it is", tuple(2.0 * 0.9**step for step in range(60)))
    at_once = Arm("changed", (2.0, *[0.1] * 9))

    assert (halfway(slow, at_once, 0.0), halfway(soon, at_once, 0.0)) == (40, 7)
    assert clearly_better(at_once, slow, 0.0)
    assert not clearly_better(at_once, soon, 0.0)
