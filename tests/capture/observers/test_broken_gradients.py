from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn


def _run(watched: Any, loss: Callable[[torch.Tensor], torch.Tensor], mend: bool = False) -> Any:
    def program(conductor: Any) -> None:
        model = nn.Linear(2, 2, bias=False)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        value = loss(model(torch.ones(1, 2)))
        assert torch.isfinite(value)
        value.backward()
        if mend:
            model.weight.grad.nan_to_num_()
        optimiser.step()

    return watched(program).evidence.broken_gradient


@pytest.mark.parametrize(
    ("loss", "operation"),
    [
        (lambda y: (y - y).pow(2).sum().sqrt(), "sqrt"),
        (lambda y: (y - y).pow(2).sum() ** 0.5, "pow"),
        (lambda y: torch.acos(y / y.detach()).sum(), "acos"),
    ],
)
def test_operation_at_its_singular_point_is_named(watched: Any, loss: Any, operation: str) -> None:
    (record,) = _run(watched, loss)

    assert (record.operation, record.parameters, record.held, record.share) == (operation, 1, 1, 1.0)
    assert record.operation_where is not None
    assert record.where is not None


def test_square_is_at_no_singular_point(watched: Any) -> None:
    (record,) = _run(
        watched, lambda y: torch.where(y == y, y * 0 + 1, (y - y) ** 2 / (y - y)).sum() + (y * 0).pow(2).sum()
    )

    assert record.operation == ""


def test_mended_gradients_and_well_behaved_roots_are_not_told(watched: Any) -> None:
    assert _run(watched, lambda y: (y - y).pow(2).sum().sqrt(), mend=True) == ()
    assert _run(watched, lambda y: (y.pow(2).sum() + 1e-8).sqrt()) == ()
