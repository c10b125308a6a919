from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn


def _model() -> nn.Linear:
    model = nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[3.0, 4.0]]))
    return model


def test_numbers_of_an_update(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = _model()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.5)
        model(torch.tensor([[1.0, 0.0]])).sum().backward()
        optimiser.step()

    run = watched(program)
    (update,) = run.evidence.update
    assert update.step == 0
    assert update.optimiser == 0
    assert update.learning_rates == (0.5,)
    assert update.loss == 3.0
    assert update.gradient_norm == 1.0
    assert update.update_norm == 0.5
    assert update.parameters_changed == 1
    assert update.backwards == 1
    assert update.nonfinite_parameters == 0
    assert update.seconds > 0
    (parameter,) = run.evidence.parameter
    assert parameter.weight_norm == 5.0
    assert parameter.update_ratio == pytest.approx(0.1)
    assert parameter.gradient_norms == (1.0,)
    assert parameter.changed
    (optimiser,) = run.evidence.optimiser
    assert (optimiser.cls, optimiser.parameters, optimiser.steps, optimiser.steps_with_lr) == ("SGD", 1, 1, 1)
    assert optimiser.changed
    assert optimiser.gradients_seen
    assert optimiser.foreign == 0
    assert optimiser.where is not None
    assert optimiser.step_where is not None
    assert optimiser.step_where.line > optimiser.where.line


def test_warm_up_from_zero_is_told_apart_from_no_change(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = _model()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.0)
        for rate in (0.0, 0.1):
            optimiser.param_groups[0]["lr"] = rate
            optimiser.zero_grad()
            model(torch.ones(1, 2)).sum().backward()
            optimiser.step()

    run = watched(program)
    assert [update.parameters_changed for update in run.evidence.update] == [0, 1]
    assert run.evidence.optimiser[0].steps_with_lr == 1
    assert run.evidence.parameter[0].update_ratio == pytest.approx(0.1 * math.sqrt(2) / 5)


def test_a_step_that_changes_nothing(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = _model()
        optimiser = torch.optim.SGD([model.weight.detach().clone().requires_grad_()], lr=0.1)
        for _ in range(2):
            model(torch.ones(1, 2)).sum().backward()
            optimiser.step()

    run = watched(program)
    (optimiser,) = run.evidence.optimiser
    assert optimiser.steps == 2
    assert not optimiser.changed
    assert not optimiser.gradients_seen
    assert optimiser.foreign == 1
    assert run.evidence.update[0].gradient_norm is None


def test_optimisers_of_the_users_own(watched: Any) -> None:
    class Plain(torch.optim.Optimizer):
        def __init__(self, params: Any) -> None:
            super().__init__(params, {"lr": 0.1})

        @torch.no_grad()
        def step(self) -> None:
            for group in self.param_groups:
                for p in group["params"]:
                    p.add_(p.grad, alpha=-group["lr"])

    class Derived(torch.optim.SGD):
        def step(self, closure: Any = None) -> Any:
            return super().step(closure)

    def program(conductor: Any) -> None:
        for make in (Plain, lambda params: Derived(params, lr=0.1)):
            model = _model()
            optimiser = make(model.parameters())
            model(torch.ones(1, 2)).sum().backward()
            optimiser.step()

    run = watched(program)
    assert [(update.optimiser, update.parameters_changed) for update in run.evidence.update] == [(0, 1), (1, 1)]
    assert [record.cls for record in run.evidence.optimiser] == ["Plain", "Derived"]


def test_a_step_left_by_an_exception_does_not_hide_the_next(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = _model()
        optimiser = torch.optim.LBFGS(model.parameters(), max_iter=1)

        def closure(fail: bool = False) -> Any:
            if fail:
                raise ValueError
            optimiser.zero_grad()
            loss = model(torch.ones(1, 2)).pow(2).sum()
            loss.backward()
            return loss

        try:
            optimiser.step(lambda: closure(True))
        except ValueError:
            optimiser.step(closure)

    run = watched(program)
    assert len(run.evidence.update) == 1
    assert run.evidence.update[0].gradient_norm is not None


def test_two_optimisers_count_their_own_backwards(watched: Any) -> None:
    def program(conductor: Any) -> None:
        one, two = _model(), _model()
        first = torch.optim.SGD(one.parameters(), lr=0.1)
        second = torch.optim.SGD(two.parameters(), lr=0.1)
        for _ in range(2):
            for _ in range(3):
                one(torch.ones(1, 2)).sum().backward()
            first.step()
            two(torch.ones(1, 2)).sum().backward()
            second.step()
            first.zero_grad()
            second.zero_grad()

    updates = watched(program).evidence.update
    assert [(update.optimiser, update.backwards) for update in updates] == [(0, 3), (1, 4), (0, 4), (1, 4)]


def test_nonfinite_weights_are_counted(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = _model()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        model(torch.full((1, 2), float("inf"))).sum().backward()
        optimiser.step()

    (update,) = watched(program).evidence.update
    assert update.nonfinite_parameters == 1
    assert update.gradient_norm == math.inf


def test_the_loss_is_shown_without_the_factor_of_a_scaler(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = _model()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
        scaler.scale(model(torch.tensor([[1.0, 0.0]])).sum()).backward()
        scaler.step(optimiser)

    assert watched(program).evidence.update[0].loss == 3.0


def test_after_the_hooked_steps_updates_are_still_counted(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = _model()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in conductor.training(range(6)):
            optimiser.zero_grad()
            nn.functional.mse_loss(model(torch.ones(1, 2)), torch.ones(1, 1)).backward()
            optimiser.step()

    run = watched(program, 2)
    updates = run.evidence.update
    assert len(updates) == 6
    assert [update.gradient_norm is not None for update in updates] == [True, True, False, False, False, False]
    assert all(update.parameters_changed == 1 for update in updates)
    assert all(update.loss is not None for update in updates)
    assert len([call for call in run.evidence.loss if call.function == "mse_loss"]) == 2


@pytest.mark.parametrize("by_hand", [False, True])
def test_weights_written_between_two_optimisers(watched: Any, by_hand: bool) -> None:
    def program(conductor: Any) -> None:
        model = _model()
        start = model.weight.detach().clone()
        for _ in conductor.training(range(3)):
            if by_hand:
                model.weight.data.copy_(start)
            optimiser = torch.optim.Adam(model.parameters(), lr=0.1)
            model(torch.ones(2, model.in_features)).square().sum().backward()
            optimiser.step()

    records = {record.id: record.rewritten for record in watched(program).evidence.optimiser}
    assert list(records.values()) == [False, by_hand, by_hand]
