from __future__ import annotations

from typing import Any

import torch
from torch import nn


def _loss(weight: torch.Tensor) -> torch.Tensor:
    return (torch.randn(6, 3) @ weight - 1).pow(2).mean()


def test_new_leaves_along_the_gradient_are_updates(watched: Any) -> None:
    def program(conductor: Any) -> None:
        weight = torch.randn(3, 1, requires_grad=True)
        for _ in conductor.training(range(5)):
            _loss(weight).backward()
            assert weight.grad is not None
            weight = (weight - 0.1 * weight.grad).detach().requires_grad_()

    seen = watched(program)
    updates = seen.evidence.update
    assert len(updates) == 4  # the last one has no backward after it
    assert {update.optimiser for update in updates} == {-1}
    assert all(update.parameters_changed == 1 and update.update_norm for update in updates)


def test_fresh_inputs_that_want_a_gradient_are_none(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = nn.Linear(3, 1).requires_grad_(False)
        for _ in conductor.training(range(5)):
            x = torch.randn(6, 3, requires_grad=True)
            model(x).pow(2).mean().backward()

    assert watched(program).evidence.update == ()


def test_moves_in_other_directions_are_none(watched: Any) -> None:
    def program(conductor: Any) -> None:
        x = torch.randn(6, 3, requires_grad=True)
        for _ in conductor.training(range(5)):
            _loss(x.mean(0, keepdim=True).T * torch.ones(3, 1)).backward()
            assert x.grad is not None
            x = (x + 0.1 * torch.randn_like(x)).detach().requires_grad_()

    assert watched(program).evidence.update == ()
