"""Samples are found again by their content, and kept for simple methods within their limits."""

from __future__ import annotations

import numpy
import pytest
import torch

from trialrun import _torch
from trialrun.capture.subset import baselines
from trialrun.capture.subset.exchanged import ExchangedTargets
from trialrun.capture.subset.samples import MAX_COLUMNS, Samples, overlap


def samples(inputs: torch.Tensor, targets: torch.Tensor, size: int = 10) -> Samples:
    kept = Samples()
    with _torch.reading():
        for x, y in zip(inputs.split(size), targets.split(size), strict=True):
            kept.add([x], y, y)
    return kept


def test_samples_of_both_parts_are_counted_with_their_places() -> None:
    torch.manual_seed(0)
    x, y = torch.randn(60, 4), torch.randint(3, (60,))
    known = samples(x[:40], y[:40])
    found = overlap(known, samples(torch.cat([x[40:], x[7:9]]), torch.cat([y[40:], y[7:9]])))
    assert found is not None
    assert (found.samples, found.evaluated, found.unique, found.first) == (2, 22, 22, (20, 21))
    assert found.duplicated_in_training == 0


def test_the_same_input_with_another_target_is_another_sample() -> None:
    x, y = torch.randn(20, 4), torch.zeros(20, dtype=torch.long)
    found = overlap(samples(x, y), samples(x, y + 1))
    assert found is not None and found.samples == 0


def test_all_the_data_in_each_update_is_one_batch() -> None:
    x, y = torch.randn(10, 4), torch.zeros(10)
    kept = samples(x.repeat(5, 1), y.repeat(5))
    assert kept.is_one_batch and len(kept.prints) == 10
    assert not samples(torch.randn(50, 4), torch.zeros(50)).is_one_batch


def test_long_rows_are_averaged_and_printed_all_the_same() -> None:
    x = torch.rand(10, 3 * MAX_COLUMNS)
    kept = samples(x, torch.zeros(10))
    arrays = kept.arrays()
    assert arrays is not None and arrays[0].shape == (10, MAX_COLUMNS)
    assert numpy.allclose(arrays[0].mean(1), x.mean(1), atol=1e-4)
    changed = x.clone()
    changed[3] += 1
    found = overlap(kept, samples(changed, torch.zeros(10)))
    assert found is not None and found.samples == 9


def test_simple_methods_find_what_there_is() -> None:
    torch.manual_seed(0)
    x = torch.randn(400, 5)
    y = (x[:, 0] > 0).long()
    simple = baselines.fitted(samples(x[:300], y[:300]), samples(x[300:], y[300:]), "accuracy")
    assert simple.samples == 100
    assert simple.scores["linear"] > 0.9 > simple.scores["majority"]
    assert simple.nearness == pytest.approx(1.0, abs=0.2)  # normal noise has no structure
    z = x @ torch.randn(5, 1)
    numbers = baselines.fitted(samples(x[:300], z[:300]), samples(x[300:], z[300:]), "mean squared error")
    assert numbers.scores["linear"] < 0.01 < numbers.scores["nearest neighbour"] < numbers.scores["mean"]


def test_too_few_samples_give_no_scores() -> None:
    x, y = torch.randn(12, 3), torch.arange(12) % 2
    assert baselines.fitted(samples(x, y), samples(x, y), "accuracy").scores == {}


def test_one_class_alone_leaves_the_majority() -> None:
    x, y = torch.randn(60, 3), torch.zeros(60, dtype=torch.long)
    assert baselines.fitted(samples(x, y), samples(x, y), "accuracy").scores == {"majority": 1.0}


def test_exchanged_targets_stay_with_their_samples() -> None:
    torch.manual_seed(0)
    x, y = torch.randn(64, 4), torch.arange(64) % 4
    exchanged = ExchangedTargets()
    order = torch.randperm(64)
    with _torch.reading():
        first = exchanged.of([x], y)
        again = exchanged.of([x[order]], y[order])
    assert torch.equal(first[order], again)
    assert 8 < int((first == y).sum()) < 32  # a quarter, by chance
    assert exchanged.refused == 0


def test_samples_that_cannot_be_told_keep_their_targets() -> None:
    y = torch.arange(64) % 4
    exchanged = ExchangedTargets()
    assert exchanged.of([], y) is y
    assert exchanged.refused == 1
