"""What a training on a part of the data says of the training, on records made by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from trialrun.checks.registry import judge
from trialrun.checks.training.diverging_loss import DivergingLoss
from trialrun.checks.training.loss_not_decreasing import LossNotDecreasing
from trialrun.checks.training.overfitting import Overfitting
from trialrun.checks.training.underfitting import Underfitting
from trialrun.checks.training.worse_than_baseline import WorseThanBaseline
from trialrun.evidence import Evidence
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.regularisation import NAME as REGULARISATION
from trialrun.evidence.repeats import OverfitRecord
from trialrun.evidence.subset import EpochScore, SubsetRecord
from trialrun.evidence.timing import ScheduleRecord
from trialrun.findings.finding import Severity

from .records import HEAD, OPTIMISER, UPDATE, findings, line
from .records_of_a_part import BLIND, FALLING, PASSES, RESTING, SEEN, noisy, record


def test_behind_a_simple_method_at_rest() -> None:
    (finding,) = findings(WorseThanBaseline, subset=(record(RESTING, 0.75, 0.7),), **SEEN)

    assert "accuracy 0.75 on the training part and 0.7 on 400 other samples" in finding.message
    assert "linear method on the same samples has 0.95" in finding.message
    assert {"OPT503", "MOD208", "TRN603"} <= set(finding.explained_by)


@pytest.mark.parametrize(
    "own",
    [
        record(FALLING, 0.75, 0.7),  # still falling
        record([2.3 - 0.01 * epoch for epoch in range(PASSES)], 0.3, 0.3),  # slow but steady
        record(RESTING, 1.0, 0.7),  # learnt by heart
        record(RESTING, 0.93, 0.92),  # near enough
    ],
)
def test_slow_starters_and_good_fits_are_not_behind(own: SubsetRecord) -> None:
    assert findings(WorseThanBaseline, subset=(own,), **SEEN) == []


def test_rates_that_rise_or_were_lowered_are_not_judged() -> None:
    own = record(RESTING, 0.75, 0.7)
    falling = ScheduleRecord(
        "StepLR", line(60), 0, 3, None, planned_steps=10, planned_epochs=10, curve=tuple(0.5**k for k in range(10))
    )
    for seen, word in (
        ({"update": (UPDATE, replace(UPDATE, step=1, learning_rates=(0.2,)))}, "rising"),
        ({"layer": (replace(HEAD, cls="Sigmoid"),) * 3}, "plateau"),
        ({"schedule": (falling,)}, "lowered"),
        ({"schedule": (replace(falling, unplayed="It needs a metric."),)}, ""),
    ):
        found, skipped = judge(Evidence(subset=(own,), **SEEN, **seen), [WorseThanBaseline()])
        assert not found
        assert word in skipped[0].reason


def test_flat_loss_where_a_line_finds_something() -> None:
    (finding,) = findings(LossNotDecreasing, subset=(record([2.3] * PASSES, 0.12, 0.11),), **SEEN)
    assert "shows no trend in 200 updates" in finding.message

    for own in (
        record([2.3] * PASSES, 0.12, 0.11, baselines=BLIND),  # a plateau that nobody passes
        record([2.3 - 0.01 * epoch for epoch in range(PASSES)], 0.12, 0.11),
        record([2.3] * PASSES, 0.6, 0.6),  # it knew already
        record([2.3] * PASSES, 0.12, 0.11, losses=noisy([2.3] * PASSES, 1.5), scores=()),
    ):
        assert findings(LossNotDecreasing, subset=(own,), **SEEN) == []


GROWING = noisy([2.3, 1.5, 3.0, 20.0, 400.0])


def test_a_loss_that_grew_before_it_became_nan_is_an_error() -> None:
    lost = record(FALLING, 0.1, 0.1, losses=(*GROWING, *[math.nan] * 40))
    (finding,) = findings(DivergingLoss, subset=(lost,), **SEEN)
    assert finding.severity is Severity.ERROR
    assert "nan from after 71% of the updates to the end" in finding.message


@pytest.mark.parametrize(
    ("losses", "seen"),
    [
        ((*noisy(FALLING), *[math.nan] * 40), {}),  # at once: it may be the small part itself
        (
            (*GROWING, *[math.inf] * 40),
            {"update": (UPDATE, replace(UPDATE, step=1, learning_rates=(1.0,)))},  # a range test
        ),
        (noisy([2.3, 1.5, 3.0, 20.0, 30.0, 40.0]), {}),
    ],
)
def test_other_ways_up_are_a_warning(losses: tuple[float, ...], seen: dict[str, Any]) -> None:
    (finding,) = findings(DivergingLoss, subset=(record(FALLING, 0.1, 0.1, losses=losses),), **SEEN, **seen)
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("losses", "seen"),
    [
        (noisy(FALLING), {}),
        ((*noisy(FALLING), math.nan, math.nan), {}),  # not for good
        ((*noisy(FALLING)[:100], *[math.nan] * 40, *noisy(FALLING)[:100]), {}),
        (noisy([1.0, 2.0, 2.2, 2.3, 3.0, 3.0]), {}),  # harder, not worse than guessing twice
        (noisy([2.3, 20.0, 40.0, 9.0, 6.0, 5.0]), {}),  # comes back
        (noisy([2.3, 1.5, 3.0, 20.0, 30.0, 40.0]), {"update": (replace(UPDATE, loss=-2.3),)}),  # maximised
    ],
)
def test_what_comes_back_or_is_meant_is_silent(losses: tuple[float, ...], seen: dict[str, Any]) -> None:
    assert findings(DivergingLoss, subset=(record(FALLING, 0.1, 0.1, losses=losses),), **SEEN, **seen) == []


def test_over_and_underfitting_are_notes() -> None:
    scores = [EpochScore("training", epoch, 400, 0.1, 1.0, line(35)) for epoch in range(4)]
    turned = [EpochScore("evaluation", e, 400, loss, 0.8, line(50)) for e, loss in enumerate((1.0, 0.7, 0.9, 1.2))]
    (over,) = findings(Overfitting, subset=(record(FALLING, 1, 1, scores=(*scores, *turned)),), **SEEN)
    assert over.severity is Severity.NOTE
    assert "was 0.7 at best, in epoch 1, and is 1.2 in the end" in over.message
    assert findings(Overfitting, subset=(record(FALLING, 1, 1, scores=(*scores, *turned[:2])),), **SEEN) == []
    sweep = {**SEEN, "optimiser": (OPTIMISER, replace(OPTIMISER, id=1))}  # two models, one after the other
    _, skipped = judge(Evidence(subset=(record(FALLING, 1, 1, scores=(*scores, *turned)),), **sweep), [Overfitting()])
    assert [check.reason for check in skipped] == ["several models train one after the other"]

    (under,) = findings(Underfitting, subset=(record([2.3] * PASSES, 0.12, 0.11, baselines=BLIND),), **SEEN)
    assert under.severity is Severity.NOTE
    assert findings(Underfitting, subset=(record([2.3] * PASSES, 0.3, 0.11, baselines=BLIND),), **SEEN) == []


def test_regularisation_that_holds_one_batch_back_is_the_cause() -> None:
    learnt, held = tuple(2.3 * 0.9**step for step in range(60)), (2.3,) * 60
    off = Arm("dropout and weight decay off", learnt)
    tried = ExperimentRecord(REGULARISATION, control=Arm("as it is", held), variants=(off,), floor=0.0)
    repeats = OverfitRecord("ran", losses=learnt, switched_off=("dropout p=0.9",))
    seen = {**SEEN, "experiment": (tried,), "overfit": (repeats,)}

    (worse,) = findings(WorseThanBaseline, subset=(record(RESTING, 0.75, 0.7),), **seen)
    assert worse.verified is not None
    assert "The cause: dropout p=0.9, without which one batch is learnt." in worse.message
    (under,) = findings(Underfitting, subset=(SubsetRecord("as it is", "skipped", "No time."),), **seen)
    assert (under.severity, under.measured) == (Severity.NOTE, {"switched_off": ["dropout p=0.9"]})
    assert under.explained_by and "TRN604" in under.explained_by

    both = {**seen, "experiment": (replace(tried, control=Arm("as it is", learnt)),)}
    (worse,) = findings(WorseThanBaseline, subset=(record(RESTING, 0.75, 0.7),), **both)
    assert worse.verified is None
    assert findings(Underfitting, subset=(record(RESTING, 0.75, 0.7),), **both) == []
