from __future__ import annotations

import math
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn


def _one(watched: Any, make: Any) -> Any:
    """The one loss call of a program that backpropagates ``make(logits of shape (8, 3), labels)``."""

    def program(conductor: Any) -> None:
        model = nn.Linear(4, 3)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        make(model(torch.randn(8, 4)), torch.randint(0, 3, (8,))).backward()
        optimiser.step()

    (call,) = watched(program).evidence.loss
    return call


def test_what_is_recorded(watched: Any) -> None:
    call = _one(watched, lambda logits, labels: nn.CrossEntropyLoss()(logits, labels))
    assert call.function == "cross_entropy"
    assert call.step == 0
    assert call.training
    assert call.input_shape == (8, 3)
    assert call.target_shape == (8,)
    assert call.target_dtype == "int64"
    assert call.reduction == "mean"
    assert not call.weighted
    assert call.uniform_loss == math.log(3)
    assert call.value == pytest.approx(1.1, abs=0.7)
    assert call.input_from is None
    assert call.where is not None
    assert call.where.file == "test_losses.py"


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda x, y: F.cross_entropy(x.softmax(1), y), "softmax"),
        (lambda x, y: F.cross_entropy(nn.Softmax(dim=1)(x).squeeze(), y), "softmax"),
        (lambda x, y: F.cross_entropy(torch.softmax(x.view(8, 3), -1).reshape(8, 3), y), "softmax"),
        (lambda x, y: F.cross_entropy(F.softmax(x, 1).float().contiguous()[:], y), "softmax"),
        (lambda x, y: F.cross_entropy(F.log_softmax(x, 1), y), "log_softmax"),
        (lambda x, y: F.cross_entropy(torch.log(F.softmax(x, 1)), y), "log_softmax"),
        (lambda x, y: F.cross_entropy(torch.sigmoid(x), y), "sigmoid"),
        (lambda x, y: F.cross_entropy(torch.relu(x), y), "relu"),
        (lambda x, y: F.cross_entropy(2 * x.softmax(1), y), None),
        (lambda x, y: F.cross_entropy(x + x.softmax(1), y), None),
        (lambda x, y: F.cross_entropy(x, y), None),
        (lambda x, y: F.nll_loss(F.log_softmax(x, 1), y), "log_softmax"),
        (lambda x, y: F.nll_loss(F.log_softmax(F.softmax(x, 1), 1), y), "softmax"),
        (lambda x, y: F.nll_loss(torch.log(F.softmax(x, 1)), y), "log_softmax"),
        (lambda x, y: F.nll_loss(F.softmax(x, 1), y), "softmax without log"),
        (lambda x, y: F.binary_cross_entropy(torch.sigmoid(x[:, 0]), (y > 0).float()), "sigmoid"),
        (lambda x, y: F.binary_cross_entropy_with_logits(torch.sigmoid(x[:, 0]), (y > 0).float()), "sigmoid"),
        (lambda x, y: F.mse_loss(torch.relu(x).mT, torch.randn(3, 8)), "relu"),
    ],
)
def test_where_the_input_came_from(watched: Any, make: Any, expected: str | None) -> None:
    call = _one(watched, make)
    assert call.input_from == expected
    assert (call.input_from_where is not None) == (expected is not None)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda x, y: F.cross_entropy(x, y), math.log(3)),
        (lambda x, y: F.cross_entropy(x.view(2, 3, 4), torch.zeros(2, 4, dtype=torch.long)), math.log(3)),
        (lambda x, y: F.nll_loss(F.log_softmax(x, 1), y), math.log(3)),
        (lambda x, y: F.cross_entropy(x, y, reduction="sum"), None),
        (lambda x, y: F.cross_entropy(x, y, reduction="none").mean(), None),
        (lambda x, y: F.cross_entropy(x, y, weight=torch.ones(3)), None),
        (lambda x, y: F.cross_entropy(x, y, label_smoothing=0.1), None),
        (lambda x, y: F.binary_cross_entropy_with_logits(x, torch.rand(8, 3)), math.log(2)),
        (lambda x, y: F.mse_loss(x, torch.randn(8, 3)), None),
    ],
)
def test_loss_of_a_uniform_guess(watched: Any, make: Any, expected: float | None) -> None:
    assert _one(watched, make).uniform_loss == expected


def test_a_scalar_of_no_known_function(watched: Any) -> None:
    call = _one(watched, lambda logits, labels: logits.pow(2).mean())
    assert call.function == "backward"
    assert call.value is not None
    assert call.input_shape is None


@pytest.mark.parametrize("make", [
    lambda x, y: F.cross_entropy(x, y) / 4 + 0.1 * x.pow(2).mean(),
    lambda x, y: F.cross_entropy(x, y, reduction="none").mean(),
])  # fmt: skip
def test_a_known_function_is_found_behind_what_was_added(watched: Any, make: Any) -> None:
    assert _one(watched, make).function == "cross_entropy"


def test_evaluation_losses_are_told_apart(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = nn.Linear(4, 3)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        data, labels = torch.randn(8, 4), torch.randint(0, 3, (8,))
        for _ in range(3):
            optimiser.zero_grad()
            F.cross_entropy(model(data), labels).backward()
            optimiser.step()
            with torch.no_grad():
                F.cross_entropy(model(data), labels)
        F.cross_entropy(model(data), labels)

    calls = watched(program).evidence.loss
    assert [(call.step, call.training) for call in calls] == [
        (0, True), (1, False), (1, True), (2, False), (2, True), (3, False), (3, False),
    ]  # fmt: skip


def test_both_losses_of_one_backward(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = nn.Linear(4, 3)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        out = model(torch.randn(8, 4))
        (F.mse_loss(out, torch.randn(8, 3)) + F.l1_loss(out, torch.randn(8, 3))).backward()
        optimiser.step()

    assert {call.function for call in watched(program).evidence.loss} == {"mse_loss", "l1_loss"}
