"""Equal outputs with different targets are found in every kind of loss, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from trialrun.experiments.ties import Ties, pairs, ties

FIVE = torch.tensor([[2.0, -1.0], [0.5, 0.5], [2.0, -1.0], [3.0, 1.0], [2.0, -1.0]])


def seen(name: str, prediction: torch.Tensor, target: torch.Tensor, **options: Any) -> Ties | None:
    return ties([pairs(name, options, prediction, target)])


@pytest.mark.parametrize(
    ("labels", "share"),
    [([0, 1, 0, 1, 0], 0.0), ([0, 1, 1, 1, 0], 0.6), ([0, 0, 0, 0, 0], 0.0), ([0, 1, -100, 1, 0], 0.0)],
    ids=str,
)
def test_classes(labels: list[int], share: float) -> None:
    found = seen("cross_entropy", FIVE, torch.tensor(labels))
    assert found == Ties(pytest.approx(share), one_output=False)  # type: ignore[arg-type]


def test_classes_of_tokens_stand_on_axis_one() -> None:
    logits = torch.tensor([[[1.0, 1.0, 4.0], [2.0, 2.0, 5.0]]])  # (N, C, T): the first two tokens are alike
    assert seen("cross_entropy", logits, torch.tensor([[0, 1, 0]])) == Ties(pytest.approx(2 / 3), one_output=False)  # type: ignore[arg-type]
    assert seen("cross_entropy", logits, torch.tensor([[1, 1, 0]])) == Ties(0.0, one_output=False)


def test_numbers() -> None:
    output = torch.tensor([[1.0], [1.0], [2.0], [3.0]])
    assert seen("mse_loss", output, torch.tensor([[0.1], [0.2], [0.3], [0.4]])) == Ties(0.5, one_output=False)
    assert seen("mse_loss", output, torch.tensor([[0.1], [0.1], [0.3], [0.4]])) == Ties(0.0, one_output=False)


def test_rounding_does_not_part_equal_outputs_and_small_steps_do() -> None:
    target = torch.tensor([0.0, 1.0])
    assert seen("mse_loss", torch.tensor([1.0, 1.0 + 2e-7]), target) == Ties(1.0, one_output=True)
    assert seen("mse_loss", torch.tensor([1.0, 1.0 + 1e-5]), target) == Ties(0.0, one_output=False)


def test_one_output_for_all_samples() -> None:
    found = seen("cross_entropy", torch.ones(4, 3), torch.tensor([0, 1, 2, 0]))
    assert found == Ties(1.0, one_output=True)
    rows = torch.tensor([[1.0, 2.0]]).expand(4, 2)
    assert seen("mse_loss", rows, torch.rand(4, 2)) == Ties(1.0, one_output=True)


def test_samples_of_several_micro_batches_are_compared() -> None:
    calls = [pairs("cross_entropy", {}, FIVE[:1], torch.tensor([label])) for label in (0, 1)]
    assert ties(calls) == Ties(1.0, one_output=True)


def test_what_cannot_be_compared_is_not_known() -> None:
    assert ties([]) is None
    assert seen("triplet_margin_loss", FIVE, FIVE) is None
    assert seen("mse_loss", torch.ones(4, 1), torch.ones(4)) is None
    known = pairs("mse_loss", {}, torch.ones(4), torch.ones(4))
    assert ties([known, None]) is None
