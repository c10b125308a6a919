"""What one call of a loss tells: right answers, squared errors, and whether its targets are those of data."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import functional

from trialrun import _torch
from trialrun.capture.subset.tallies import Tally, compared, seen_in

LOGITS = torch.tensor([[3.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 3.0]])


def call(function: Any, *args: Any, **kwargs: Any) -> Any:
    with _torch.reading():
        return seen_in(function.__name__, function, args, kwargs, function(*args, **kwargs))


def test_classes_are_counted_and_the_loss_summed_over_samples() -> None:
    target = torch.tensor([0, 1, 2, 2])
    seen = call(functional.cross_entropy, LOGITS, target)
    assert (seen.tally.samples, seen.tally.compared, seen.tally.right, seen.tally.classes) == (4, 4, 3, 3)
    assert seen.tally.loss == pytest.approx(4 * functional.cross_entropy(LOGITS, target).item())
    assert seen.answers is not None


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_the_loss_of_a_sample_is_the_same_however_it_is_reduced(reduction: str) -> None:
    seen = call(functional.cross_entropy, LOGITS, torch.tensor([0, 1, 2, 2]), reduction=reduction)
    assert seen.tally.loss / seen.tally.samples == pytest.approx(
        functional.cross_entropy(LOGITS, torch.tensor([0, 1, 2, 2])).item()
    )


def test_what_the_loss_ignores_is_not_counted() -> None:
    seen = call(functional.cross_entropy, LOGITS, torch.tensor([0, -1, 2, -1]), ignore_index=-1)
    assert (seen.tally.compared, seen.tally.right) == (2, 1)


def test_binary_answers_are_right_on_their_side_of_the_threshold() -> None:
    scores = torch.tensor([[-1.0], [2.0], [0.5], [-3.0]])
    target = torch.tensor([[0.0], [1.0], [0.0], [1.0]])
    assert call(functional.binary_cross_entropy_with_logits, scores, target).tally.right == 2
    assert call(functional.binary_cross_entropy, scores.sigmoid(), target).tally.right == 2


def test_a_reconstruction_has_no_right_answers() -> None:
    seen = call(functional.binary_cross_entropy_with_logits, torch.zeros(4, 9), torch.rand(4, 9))
    assert seen.tally.compared == 0
    assert seen.tally.loss > 0


def test_squared_errors_are_summed_whatever_the_loss() -> None:
    guess, target = torch.tensor([1.0, 2.0]), torch.tensor([0.0, 4.0])
    for function in (functional.mse_loss, functional.l1_loss, functional.huber_loss):
        assert call(function, guess, target).tally.squares == pytest.approx(5.0)


def test_a_comparison_counts_class_indices_alone() -> None:
    pair = torch.tensor([0, 1, 2]), torch.tensor([0, 2, 2])
    found = compared(*pair, pair[0] == pair[1])
    assert found is not None and (found.compared, found.right, found.classes) == (3, 2, 3)
    assert compared(torch.zeros(3), torch.zeros(3), torch.ones(3, dtype=torch.bool)) is None
    mask = torch.tensor([True, False, True])
    assert compared(mask, mask, mask == mask) is None


def total(*targets: torch.Tensor, foreign: float = 0.0) -> Tally:
    whole = Tally()
    for target in targets:
        tally = call(functional.cross_entropy, torch.randn(len(target), 9), target).tally
        tally.foreign = foreign
        whole.merge(tally)
    return whole


def test_targets_of_data_are_told_from_others() -> None:
    mixed = torch.tensor([0, 1, 1, 0, 2, 1])
    assert total(mixed, mixed.flip(0)).of_data
    assert not total(torch.zeros(6, dtype=torch.long), torch.ones(6, dtype=torch.long)).of_data  # real, then fake
    assert total(*[torch.zeros(6, dtype=torch.long)] * 9, mixed, torch.ones(6, dtype=torch.long), mixed).of_data
    assert not total(torch.arange(6), torch.arange(6)).of_data  # views of the samples of a batch
    assert not total(mixed, foreign=1.0).of_data  # of a teacher
