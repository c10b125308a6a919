from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn


def _pairs(watched: Any, make: Any, outputs: int = 1, samples: int = 6) -> Any:
    def program(conductor: Any) -> None:
        model = nn.Linear(3, outputs)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            make(model(torch.randn(samples, 3)), torch.randn(samples)).backward()
        optimiser.step()

    return watched(program).evidence.broadcast


@pytest.mark.parametrize(
    ("make", "operation", "side"),
    [
        (lambda p, y: F.mse_loss(p, y), "mse_loss", "left"),
        (lambda p, y: nn.L1Loss()(p, y), "l1_loss", "left"),
        (lambda p, y: F.smooth_l1_loss(p, y), "smooth_l1_loss", "left"),
        (lambda p, y: (p - y).pow(2).mean(), "sub", "left"),
        (lambda p, y: (y - p).abs().mean(), "sub", "right"),
        (lambda p, y: F.mse_loss(p.squeeze(), y.unsqueeze(1)), "mse_loss", "left"),
        (lambda p, y: ((p.sigmoid() * 2 - y) ** 2).mean(), "sub", "left"),
    ],
)
def test_pairs_are_found(watched: Any, make: Any, operation: str, side: str) -> None:
    (pair,) = _pairs(watched, make)
    assert pair.operation == operation
    assert pair.prediction_side == side
    assert {pair.left_shape, pair.right_shape} == {(6, 1), (6,)}
    assert pair.result_shape == (6, 6)
    assert (pair.step, pair.by_hand) == (0, False)
    assert pair.where is not None


@pytest.mark.parametrize(
    "make",
    [
        lambda p, y: F.mse_loss(p.squeeze(1), y),
        lambda p, y: F.mse_loss(p, y.view_as(p)),
        lambda p, y: (p - p.squeeze(1)).pow(2).mean(),  # all pairs of predictions, on purpose
        lambda p, y: (p.squeeze(1) - y).pow(2).mean() + (y[:, None] - y).mean(),
        lambda p, y: (p - y[:1]).pow(2).mean(),
    ],
)
def test_right_shapes_are_left_alone(watched: Any, make: Any) -> None:
    assert _pairs(watched, make) == ()


def _by_hand(watched: Any, make: Any) -> Any:
    def program(conductor: Any) -> None:
        weight, bias = torch.randn(3, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
        optimiser = torch.optim.SGD([weight, bias], lr=0.1)
        make(torch.randn(6, 3), weight, bias, torch.randn(6)).backward()
        optimiser.step()

    return watched(program).evidence.broadcast


@pytest.mark.parametrize(
    "make",
    [
        lambda x, w, b, y: (x @ w + b - y).pow(2).mean(),
        lambda x, w, b, y: (y - (b + torch.mm(x, w))).pow(2).sum(),
        lambda x, w, b, y: (torch.addmm(b, x, w) - y).abs().mean(),
    ],
)
def test_a_product_with_weights_is_a_prediction_where_there_is_no_model(watched: Any, make: Any) -> None:
    (pair,) = _by_hand(watched, make)
    assert {pair.left_shape, pair.right_shape} == {(6, 1), (6,)}
    assert (pair.left_shape if pair.prediction_side == "left" else pair.right_shape) == (6, 1)
    assert pair.by_hand


@pytest.mark.parametrize(
    "make",
    [
        lambda x, w, b, y: ((x @ w + b).squeeze(1) - y).pow(2).mean(),
        lambda x, w, b, y: (x @ w + b - y[:, None]).pow(2).mean(),
        lambda x, w, b, y: ((x @ w) - (x @ w).squeeze(1)).pow(2).mean(),  # all pairs of predictions, on purpose
        lambda x, w, b, y: ((y[:, None] * b) - y).pow(2).mean(),  # a scale that is trained, no prediction
        lambda x, w, b, y: ((x @ w) * y).pow(2).mean(),  # an outer product
        lambda x, w, b, y: (x @ w).pow(2).mean() + ((x @ w.detach()) - y).mean(),
    ],
)
def test_other_tensors_with_a_gradient_are_no_predictions(watched: Any, make: Any) -> None:
    assert _by_hand(watched, make) == ()


def test_one_sample_is_no_pair(watched: Any) -> None:
    assert _pairs(watched, lambda p, y: F.mse_loss(p, y), samples=1) == ()


def test_pairs_inside_a_model_are_its_own(watched: Any) -> None:
    class Pairwise(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.score = nn.Linear(3, 1)

        def forward(self, data: torch.Tensor) -> torch.Tensor:
            score = self.score(data)
            return (score - data[:, 0]).mean(1)

    def program(conductor: Any) -> None:
        model = Pairwise()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        model(torch.randn(5, 3)).mean().backward()
        optimiser.step()

    assert watched(program).evidence.broadcast == ()
