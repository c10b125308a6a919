from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn


def _loss(weight: torch.Tensor) -> torch.Tensor:
    return (torch.randn(6, 3) @ weight - 1).pow(2).mean()


def _in_place(weight: torch.Tensor) -> None:
    with torch.no_grad():
        weight -= 0.1 * weight.grad  # type: ignore[operator]


def _through_data(weight: torch.Tensor) -> None:
    weight.data -= 0.1 * weight.grad  # type: ignore[operator]


def _data_replaced(weight: torch.Tensor) -> None:
    weight.data = weight.data - 0.1 * weight.grad  # type: ignore[operator]


def _copied(weight: torch.Tensor) -> None:
    with torch.no_grad():
        weight.copy_(weight - 0.1 * weight.grad)  # type: ignore[operator]


@pytest.mark.parametrize("update", [_in_place, _through_data, _data_replaced, _copied])
@pytest.mark.parametrize("clear", ["before", "after", "none"])
def test_updates_are_noticed(watched: Any, update: Callable[[torch.Tensor], None], clear: str) -> None:
    def program(conductor: Any) -> Any:
        weight = torch.randn(3, 1, requires_grad=True)
        for _ in conductor.training(range(4)):
            if clear == "before" and weight.grad is not None:
                weight.grad.zero_()
            _loss(weight).backward()
            update(weight)
            if clear == "after":
                weight.grad = None
        return weight

    run = watched(program)
    updates = run.evidence.update
    assert [(u.optimiser, u.parameters_changed, u.backwards) for u in updates] == [(-1, 1, 1)] * 4
    assert [u.stale_parameters for u in updates] == ([0, 1, 1, 1] if clear == "none" else [0] * 4)
    assert all(u.gradient_norm for u in updates)
    assert all(u.update_norm == pytest.approx(0.1 * u.gradient_norm, rel=1e-3) for u in updates)
    assert run.conductor.updates == [-1] * 4
    (optimiser,) = run.evidence.optimiser
    assert (optimiser.id, optimiser.steps, optimiser.changed) == (-1, 4, True)
    (parameter,) = run.evidence.parameter
    assert parameter.changed
    assert parameter.optimisers == (-1,)


@pytest.mark.parametrize("update", [_in_place, _through_data, _data_replaced, _copied])
def test_updates_of_what_is_lost_already_are_noticed(watched: Any, update: Callable[[torch.Tensor], None]) -> None:
    def program(conductor: Any) -> Any:
        weight = torch.randn(3, 1, requires_grad=True)
        for _ in conductor.training(range(4)):
            (_loss(weight) * float("nan")).backward()
            update(weight)
            weight.grad = None
        return weight

    run = watched(program)
    assert [(u.parameters_changed, u.nonfinite_parameters) for u in run.evidence.update] == [(1, 1)] * 4
    assert run.conductor.updates == [-1] * 4


@pytest.mark.parametrize("value", [0.5, float("-inf")])
def test_what_nobody_writes_to_is_not_updated(watched: Any, value: float) -> None:
    def program(conductor: Any) -> Any:
        weight = torch.full((3, 1), value, requires_grad=True)
        for _ in conductor.training(range(4)):
            _loss(weight).backward()
            weight.grad = None
        return weight

    assert not watched(program).evidence.update


def test_the_line_of_an_in_place_update(watched: Any) -> None:
    def program(conductor: Any) -> Any:
        weight = torch.randn(3, 1, requires_grad=True)
        for _ in range(2):
            _loss(weight).backward()
            _in_place(weight)
            weight.grad = None

    assert {update.where.function for update in watched(program).evidence.update} == {"_in_place"}


def test_accumulation_by_hand(watched: Any) -> None:
    def program(conductor: Any) -> Any:
        model = nn.Linear(3, 1)
        for index in range(6):
            model(torch.randn(4, 3)).mean().backward()
            if index % 3 == 2:
                for p in model.parameters():
                    p.data.sub_(0.1 * p.grad)  # type: ignore[operator]
                model.zero_grad()
        return model

    run = watched(program)
    assert [(u.parameters_changed, u.backwards, u.stale_parameters) for u in run.evidence.update] == [(2, 3, 0)] * 2


def test_momentum_kept_in_the_gradient_is_not_stale(watched: Any) -> None:
    def program(conductor: Any) -> Any:
        weight = torch.randn(3, 1, requires_grad=True)
        for _ in range(4):
            if weight.grad is not None:
                weight.grad *= 0.9
            _loss(weight).backward()
            _in_place(weight)
        return weight

    assert [u.stale_parameters for u in watched(program).evidence.update] == [0] * 4


def test_gradients_from_autograd_grad(watched: Any) -> None:
    def program(conductor: Any) -> Any:
        model = nn.Linear(3, 1)
        for _ in range(3):
            gradients = torch.autograd.grad(model(torch.randn(4, 3)).mean(), list(model.parameters()))
            with torch.no_grad():
                for p, gradient in zip(model.parameters(), gradients, strict=True):
                    p -= 0.1 * gradient
        return model

    run = watched(program)
    assert [update.parameters_changed for update in run.evidence.update] == [2] * 3
    assert run.conductor.backwards == 3


def test_an_attack_and_a_moving_average_are_none(watched: Any) -> None:
    def program(conductor: Any) -> Any:
        model, average = nn.Linear(3, 1), nn.Linear(3, 1)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        delta = torch.zeros(4, 3, requires_grad=True)
        for _ in range(3):
            data = torch.randn(4, 3)
            model(data + delta).mean().backward()
            delta.data = (delta + 0.01 * delta.grad.sign()).detach()  # type: ignore[union-attr]
            optimiser.zero_grad()
            model(data + delta.detach()).mean().backward()
            optimiser.step()
            for kept, p in zip(average.parameters(), model.parameters(), strict=True):
                kept.data.lerp_(p.data, 0.1)

    updates = watched(program).evidence.update
    assert [update.optimiser for update in updates if update.step > 0] == [0, 0, 0] or [
        update.optimiser for update in updates
    ] == [0, 0, 0]


def test_fast_gradient_sign_alone_is_none(watched: Any) -> None:
    def program(conductor: Any) -> Any:
        model = nn.Linear(3, 1).requires_grad_(False)
        for _ in range(3):
            data = torch.randn(4, 3, requires_grad=True)
            model(data).mean().backward()
            data.data += 0.1 * data.grad.sign()  # type: ignore[union-attr]

    assert watched(program).evidence.update == ()
