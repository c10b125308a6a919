"""What a training on a part of the data says of the data, on records made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from trialrun.checks.data.targets_unrelated_to_inputs import TargetsUnrelatedToInputs
from trialrun.checks.data.train_validation_overlap import TrainValidationOverlap
from trialrun.checks.registry import judge
from trialrun.evidence import Evidence
from trialrun.evidence.repeats import OverfitRecord
from trialrun.evidence.subset import Overlap, SubsetRecord
from trialrun.findings.finding import Severity

from .records import LOSS, OPTIMISER, UPDATE, findings, line
from .records_of_a_part import BLIND, FALLING, PASSES, SEEN, noisy, record

UNRELATED = record(FALLING, 0.6, 0.12, baselines=BLIND)
PERMUTED = replace(UNRELATED, kind="targets permuted", losses=noisy(FALLING, seed=1))


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


@pytest.mark.parametrize(
    ("calls", "silent"),
    [
        ("score(training.model, splits.valid)", False),  # the other argument is not what is looped over
        ("score(training.model, batches=splits.valid)", False),
        ("score(net, splits.train); score(net, splits.valid)", True),
        ("score(net, splits.valid, 'train')", True),  # it says openly what it is
        ("score(*training_and_validation)", True),
        ("def score(*_): pass\nscore(net, splits.valid)", True),  # another function of that name
    ],
)
def test_the_argument_may_be_given_in_another_file(calls: str, silent: bool) -> None:
    source = {
        "train.py": "def score(model, batches, name=''):\n    for x in batches:\n        pass\n",
        "main.py": calls,
    }
    own = record(FALLING, 0.8, 0.8, overlap=SHARED, evaluated_at=line(2, "score"))
    assert (findings(TrainValidationOverlap, subset=(own,), source=source) == []) is silent
