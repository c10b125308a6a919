from __future__ import annotations

import math
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn


def _train(watched: Any, make: Any, data: Any = None, steps: int = 1) -> Any:
    def program(conductor: Any) -> None:
        model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(steps):
            optimiser.zero_grad()
            make(model, torch.ones(5, 3) if data is None else data).backward()
            optimiser.step()

    return watched(program).evidence.nonfinite


@pytest.mark.parametrize(
    ("make", "operation", "kind"),
    [
        (lambda m, x: torch.log(m(x) * 0 - 1).mean(), "log", "nan"),
        (lambda m, x: (m(x) / (x[:, :2] - 1)).sum(), "div", "inf"),
        (lambda m, x: torch.log(m(x) * 0).mean(), "log", "inf"),
        (lambda m, x: ((m(x) * 0).exp().sub(1).sqrt() / (m(x) * 0)).mean(), "div", "nan"),
        (lambda m, x: (m(x).abs() * 1e3).exp().pow(9).softmax(1).mean(), "exp", "inf"),  # infinity first, NaN follows
        (lambda m, x: m(x).masked_fill(x[:, :2] > 0, -math.inf).softmax(1).mean(), "softmax", "nan"),
        (lambda m, x: m(x).mul_(0).sub_(1).log_().mean(), "log", "nan"),
    ],
)
def test_the_first_operation(watched: Any, make: Any, operation: str, kind: str) -> None:
    (record,) = _train(watched, make)
    assert (record.operation, record.kind, record.step) == (operation, kind, 0)
    assert record.where is not None
    assert 0 < record.share <= 1


def test_the_module_and_the_ranges(watched: Any) -> None:
    def make(model: nn.Module, data: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            model[1].weight.fill_(3e38)
            model[1].bias.fill_(0)
            model[0].bias.fill_(9)
            model[0].weight.fill_(0)
        return model(data).mean()

    (record,) = _train(watched, make)
    assert record.operation == "linear"
    assert record.module == "1"
    assert record.kind == "inf"
    assert record.input_ranges[0] == (9.0, 9.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda m, x: m(x).masked_fill(x[:, :2].cumsum(1) > 1, -math.inf).softmax(1).mean(),
        lambda m, x: torch.where(m(x) > 0, m(x), torch.log(m(x) * 0 - 1)).nansum(),  # NaN that is thrown away
        lambda m, x: F.cross_entropy(m(x) + torch.tensor([0.0, -math.inf]), torch.zeros(5, dtype=torch.long)),
        lambda m, x: (m(x) + torch.empty(5, 2).fill_(0)).mean(),
        lambda m, x: torch.logsumexp(torch.cat([m(x), torch.full((5, 1), -math.inf)], 1), 1).mean(),
    ],
)
def test_masks_and_values_thrown_away_are_none(watched: Any, make: Any) -> None:
    assert _train(watched, make) == ()


def test_only_the_backward_was_not_finite(watched: Any) -> None:
    (record,) = _train(watched, lambda m, x: (m(x) * 0).abs().sqrt().sum())
    assert (record.operation, record.kind, record.module) == ("backward", "nan", None)


def test_input_that_is_not_finite_is_no_operations_fault(watched: Any) -> None:
    bad = torch.ones(5, 3)
    bad[2, 1] = math.nan

    def program(conductor: Any) -> None:
        model = nn.Linear(3, 2)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for item in conductor.training([bad]):
            model(item).mean().backward()
            optimiser.step()

    run = watched(program)
    assert [record.operation for record in run.evidence.nonfinite] in ([], ["backward"])
    (card,) = run.evidence.batch[0].tensors
    assert card.nonfinite_count == 1
    assert card.nonfinite_first == (2, 1)


def test_records_do_not_flood(watched: Any) -> None:
    assert len(_train(watched, lambda m, x: torch.log(m(x) * 0 - 1).mean(), steps=9)) <= 3
