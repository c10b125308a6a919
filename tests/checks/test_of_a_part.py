"""The checks of a training on a part of the data, on records made by hand."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import Any

import pytest

from trialrun.checks.data.targets_unrelated_to_inputs import TargetsUnrelatedToInputs
from trialrun.checks.data.train_validation_overlap import TrainValidationOverlap
from trialrun.checks.registry import judge
from trialrun.checks.training.diverging_loss import DivergingLoss
from trialrun.checks.training.loss_not_decreasing import LossNotDecreasing
from trialrun.checks.training.overfitting import Overfitting
from trialrun.checks.training.underfitting import Underfitting
from trialrun.checks.training.worse_than_baseline import WorseThanBaseline
from trialrun.evidence import Evidence
from trialrun.evidence.repeats import OverfitRecord
from trialrun.evidence.subset import EpochScore, Overlap, SubsetRecord
from trialrun.evidence.timing import ScheduleRecord
from trialrun.findings.finding import Severity

from .records import BATCH, HEAD, LOSS, OPTIMISER, UPDATE, findings, line

PASSES, EACH = 10, 20


def noisy(levels: list[float], scatter: float = 0.05, seed: int = 0) -> tuple[float, ...]:
    """Losses of ``EACH`` updates around each level."""
    drawn = random.Random(seed)
    return tuple(level + drawn.gauss(0, scatter) for level in levels for _ in range(EACH))


def record(levels: list[float], inside: float, outside: float, **changes: Any) -> SubsetRecord:
    scores = [
        score
        for epoch, level in enumerate(levels)
        for score in (
            EpochScore("training", epoch, 400, level, inside, line(35)),
            EpochScore("evaluation", epoch, 400, level, outside, line(50)),
        )
    ]
    whole = SubsetRecord(
        "as it is",
        where=line(35),
        evaluated_at=line(50),
        metric="accuracy",
        share=0.1,
        samples=400,
        epochs=len(levels),
        updates=EACH * len(levels),
        scores=tuple(scores),
        losses=noisy(levels),
        baselines={"majority": 0.11, "linear": 0.95, "nearest neighbour": 0.93},
        baseline_samples=400,
        classes=10,
        nearness=0.55,
    )
    return replace(whole, **changes)


FALLING = [2.3 - 0.1 * epoch for epoch in range(PASSES)]
RESTING = [2.3, 1.5, 1.32, 1.31, 1.3, 1.29, 1.3, 1.31, 1.3, 1.3]
BLIND = {"majority": 0.11, "linear": 0.09, "nearest neighbour": 0.1}
UNRELATED = record(FALLING, 0.6, 0.12, baselines=BLIND)
PERMUTED = replace(UNRELATED, kind="targets permuted", losses=noisy(FALLING, seed=1))
SEEN: dict[str, Any] = {"loss": (LOSS,), "optimiser": (OPTIMISER,), "batch": (BATCH,)}


def unrelated(own: SubsetRecord, permuted: SubsetRecord | None = PERMUTED, **seen: Any) -> list[Any]:
    return findings(TargetsUnrelatedToInputs, subset=(own, permuted) if permuted else (own,), **(SEEN | seen))


def test_no_relation_is_a_warning_with_both_trainings() -> None:
    (finding,) = unrelated(UNRELATED)

    assert finding.severity is Severity.WARNING
    assert finding.where is not None
    assert finding.where.line == 35
    assert "the accuracy on 400 other samples is 0.12 at best" in finding.message
    assert "linear 0.09, nearest neighbour 0.1" in finding.message
    assert finding.verified is not None
    assert "accuracy 0.12 (with the program's own: 0.12)" in finding.verified.result


@pytest.mark.parametrize(
    "changes",
    [
        {"baselines": BLIND | {"linear": 0.2}},  # a line finds something
        {"baselines": BLIND | {"nearest neighbour": 0.19}},
        {"baselines": {"majority": 0.11}},
        {"nearness": 1.0},  # inputs are noise
        {"nearness": None},
        {"samples": 150},  # fewer than 20 a class
        {"losses": noisy([2.3, 1.0, *[0.1] * 8])},  # learnt faster than permuted targets
    ],
    ids=str,
)
def test_anything_found_or_too_little_seen_is_silent(changes: dict[str, Any]) -> None:
    assert unrelated(replace(UNRELATED, **changes)) == []


def test_a_score_beyond_guessing_is_silent() -> None:
    assert unrelated(record(FALLING, 0.6, 0.17, baselines=BLIND)) == []


def test_without_permuted_targets_nothing_is_said() -> None:
    assert unrelated(UNRELATED, None) == []


def test_a_flat_loss_needs_a_batch_that_was_learnt() -> None:
    flat = record([2.3] * PASSES, 0.11, 0.12, baselines=BLIND)
    permuted = replace(flat, kind="targets permuted")
    learnt = OverfitRecord("ran", losses=tuple(2.3 * 0.9**step for step in range(80)), floor=0.0, nonlinear=True)

    assert unrelated(flat, permuted) == []
    assert len(unrelated(flat, permuted, overfit=(learnt,))) == 1


def test_regression_asks_for_less_than_a_twentieth_explained() -> None:
    error: dict[str, Any] = {"metric": "mean squared error", "classes": 0}
    own = record(FALLING, 0.5, 0.99, baselines={"mean": 1.0, "linear": 1.01, "nearest neighbour": 1.3}, **error)
    permuted = replace(own, kind="targets permuted", losses=PERMUTED.losses)
    loss = (replace(LOSS, function="mse_loss", uniform_loss=None),)

    assert len(unrelated(own, permuted, loss=loss)) == 1
    weak = replace(own, baselines={"mean": 1.0, "linear": 0.9, "nearest neighbour": 1.3})
    assert unrelated(weak, permuted, loss=loss) == []


def test_why_it_was_not_judged() -> None:
    failed = SubsetRecord("targets permuted", "skipped", "The samples (dict) hold no target that can be told.")
    cases = {
        "could not be permuted: The samples": {"subset": (UNRELATED, failed)},
        "several losses": {"subset": (UNRELATED,), "loss": (LOSS, replace(LOSS, where=line(44)))},
        "none that accuracy": {"subset": (UNRELATED,), "loss": (replace(LOSS, function="backward"),)},
        "gradients of its inputs": {"subset": (UNRELATED,), "loss": (replace(LOSS, reaches_input=True),)},
        "maximised": {"subset": (UNRELATED,), "update": (replace(UPDATE, loss=-2.0),)},
        "contrastive": {"subset": (UNRELATED,), "loss": (replace(LOSS, input_shape=(64, 64)),)},
        "several optimisers": {"subset": (UNRELATED,), "optimiser": (OPTIMISER, replace(OPTIMISER, id=1))},
        "fewer than 100": {"subset": (replace(UNRELATED, baseline_samples=40),)},
        "no time": {"subset": (SubsetRecord("as it is", "skipped", "There was no time."),)},
    }
    for words, seen in cases.items():
        found, skipped = judge(Evidence(**(SEEN | seen)), [TargetsUnrelatedToInputs()])
        assert not found
        assert words in skipped[0].reason, words


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

    (under,) = findings(Underfitting, subset=(record([2.3] * PASSES, 0.12, 0.11, baselines=BLIND),), **SEEN)
    assert under.severity is Severity.NOTE
    assert findings(Underfitting, subset=(record([2.3] * PASSES, 0.3, 0.11, baselines=BLIND),), **SEEN) == []


SHARED = Overlap(samples=40, evaluated=400, unique=400, duplicated_in_training=0, first=(1, 2))
LOADER = "for x, y in {}:\n    pass\n"


def overlapping(name: str, overlap: Overlap, **changes: Any) -> list[Any]:
    own = record(FALLING, 0.8, 0.8, overlap=overlap, evaluated_at=line(1), **changes)
    return findings(TrainValidationOverlap, subset=(own,), source={"train.py": LOADER.format(name)})


def test_shared_samples_are_extrapolated_to_all_data() -> None:
    (finding,) = overlapping("valid_loader", SHARED)
    assert "40 of 400 samples that the program is scored on (10 %;" in finding.message
    assert "about 100 % of it are in the whole training set" in finding.message


@pytest.mark.parametrize(
    ("name", "overlap", "share"),
    [
        ("train_loader", SHARED, 0.1),  # the training accuracy
        ("loader", SHARED, 0.1),
        ("all_rows", SHARED, 0.5),
        ("valid_loader", replace(SHARED, duplicated_in_training=100), 0.1),  # a table with twins
        ("valid_loader", replace(SHARED, samples=9), 0.1),
        ("valid_loader", replace(SHARED, samples=14), 1.0),  # 3.5 %
    ],
)
def test_openly_shared_and_chance_twins_are_silent(name: str, overlap: Overlap, share: float) -> None:
    assert overlapping(name, overlap, share=share) == []


def test_a_few_shared_need_no_name() -> None:
    assert len(overlapping("loader", SHARED, share=0.5)) == 1


def test_the_name_may_be_an_argument() -> None:
    source = "def score(batches):\n    for x in batches:\n        pass\n\n\nscore(train)\nscore(holdout_set)\n"
    own = record(FALLING, 0.8, 0.8, overlap=SHARED, evaluated_at=line(2, "score"))
    assert findings(TrainValidationOverlap, subset=(own,), source={"train.py": source}) == []
    own_source = source.replace("score(train)\n", "")
    assert len(findings(TrainValidationOverlap, subset=(own,), source={"train.py": own_source})) == 1
