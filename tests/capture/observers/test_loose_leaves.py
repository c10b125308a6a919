from __future__ import annotations

from typing import Any

import torch
from torch import nn


class Loose(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Linear(3, 3)
        self.scale = torch.ones(3, requires_grad=True)
        self.shifts = {"a": nn.Parameter(torch.zeros(3))}
        self.moved = nn.Parameter(torch.ones(3)).unsqueeze(0)
        self.fixed = torch.ones(3)

    def forward(self, data: torch.Tensor) -> torch.Tensor:
        return self.net(data) * self.scale + self.shifts["a"] + self.moved + self.fixed


def _train(model: nn.Module, more: tuple[torch.Tensor, ...] = (), clear: bool = False, steps: int = 3) -> None:
    optimiser = torch.optim.SGD([*model.parameters(), *more], lr=0.1)
    for _ in range(steps):
        optimiser.zero_grad()
        data = torch.randn(5, 3, requires_grad=True)  # an input of each step's own
        model(data).sum().backward()
        optimiser.step()
        if clear:
            model.scale.grad = None  # type: ignore[union-attr]


def test_tensors_lists_and_what_was_computed_from_a_parameter_are_named(watched: Any) -> None:
    found = watched(lambda _: _train(Loose())).evidence.loose_leaf

    assert {(leaf.name, leaf.is_parameter, leaf.computed) for leaf in found} == {
        ("scale", False, False),
        ("shifts['a']", True, False),
        ("moved", True, True),
    }
    assert all(leaf.steps == 3 and leaf.owner_optimised for leaf in found)
    assert not any(leaf.cleared or leaf.changed or leaf.optimised for leaf in found)


def test_one_that_is_optimised_or_cleared_says_so(watched: Any) -> None:
    def program(_: Any) -> None:
        model = Loose()
        _train(model, more=(model.shifts["a"],), clear=True)

    found = {leaf.name: leaf for leaf in watched(program).evidence.loose_leaf}

    assert found["scale"].cleared == 2
    assert "shifts['a']" not in found
    assert found["moved"].cleared == 0


def test_a_single_step_tells_nothing(watched: Any) -> None:
    assert watched(lambda _: _train(Loose(), steps=1)).evidence.loose_leaf == ()
