"""Missing ``zero_grad`` is found; each right order of calls is left alone."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn


def _net() -> nn.Module:
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))


def _loss(model: nn.Module) -> torch.Tensor:
    return model(torch.randn(5, 3)).pow(2).mean()


def _stale(run: Any) -> list[int]:
    return [update.stale_parameters for update in run.evidence.update]


@pytest.mark.parametrize("optimiser_class", [torch.optim.SGD, torch.optim.Adam])
def test_missing_zero_grad(watched: Any, optimiser_class: Any) -> None:
    def program(conductor: Any) -> None:
        model = _net()
        optimiser = optimiser_class(model.parameters(), lr=0.01)
        for _ in conductor.training(range(4)):
            _loss(model).backward()
            optimiser.step()

    assert _stale(watched(program)) == [0, 4, 4, 4]


def test_missing_zero_grad_inside_a_closure(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = _net()
        optimiser = torch.optim.LBFGS(model.parameters(), max_iter=2)

        def closure() -> torch.Tensor:
            loss = _loss(model)
            loss.backward()
            return loss

        for _ in range(3):
            optimiser.step(closure)

    assert _stale(watched(program))[1:] == [4, 4]


def test_zero_grad_of_the_wrong_optimiser(watched: Any) -> None:
    def program(conductor: Any) -> None:
        one, two = _net(), _net()
        first, second = torch.optim.SGD(one.parameters(), lr=0.1), torch.optim.SGD(two.parameters(), lr=0.1)
        for _ in range(3):
            first.zero_grad()
            (_loss(one) + _loss(two)).backward()
            first.step()
            second.step()

    assert _stale(watched(program)) == [0, 0, 0, 4, 0, 4]


def _usual(model: nn.Module, conductor: Any) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        optimiser.zero_grad()
        _loss(model).backward()
        optimiser.step()


def _zeroed_in_place(model: nn.Module, conductor: Any) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        _loss(model).backward()
        optimiser.step()
        for p in model.parameters():
            p.grad.data.zero_()  # type: ignore[union-attr]


def _set_to_none(model: nn.Module, conductor: Any) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        _loss(model).backward()
        optimiser.step()
        for p in model.parameters():
            p.grad = None


def _accumulation_with_remainder(model: nn.Module, conductor: Any) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for index in range(7):
        (_loss(model) / 3).backward()
        if (index + 1) % 3 == 0:
            optimiser.step()
            optimiser.zero_grad()


def _several_losses(model: nn.Module, conductor: Any) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        optimiser.zero_grad()
        _loss(model).backward()
        _loss(model).backward()
        optimiser.step()


def _closure(model: nn.Module, conductor: Any) -> None:
    optimiser = torch.optim.LBFGS(model.parameters(), max_iter=3)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = _loss(model)
        loss.backward()
        return loss

    for _ in range(3):
        optimiser.step(closure)


def _two_steps_on_one_gradient(model: nn.Module, conductor: Any) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        optimiser.zero_grad()
        _loss(model).backward()
        optimiser.step()
        optimiser.step()


def _momentum_in_the_gradient(model: nn.Module, conductor: Any) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        for p in model.parameters():
            if p.grad is not None:
                p.grad *= 0.9
        _loss(model).backward()
        optimiser.step()


def _sharpness_aware(model: nn.Module, conductor: Any) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        _loss(model).backward()
        with torch.no_grad():
            moves = [0.05 * p.grad for p in model.parameters()]
            for p, move in zip(model.parameters(), moves, strict=True):
                p.add_(move)
        optimiser.zero_grad()
        _loss(model).backward()
        with torch.no_grad():
            for p, move in zip(model.parameters(), moves, strict=True):
                p.sub_(move)
        optimiser.step()
        optimiser.zero_grad()


def _scaler(model: nn.Module, conductor: Any) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**127)
    for _ in range(20):
        optimiser.zero_grad()
        scaler.scale(_loss(model) * 1e3).backward()
        scaler.step(optimiser)
        scaler.update()


@pytest.mark.parametrize(
    "train",
    [
        _usual,
        _zeroed_in_place,
        _set_to_none,
        _accumulation_with_remainder,
        _several_losses,
        _closure,
        _two_steps_on_one_gradient,
        _momentum_in_the_gradient,
        _sharpness_aware,
        _scaler,
    ],
    ids=lambda train: train.__name__.strip("_"),
)
def test_right_programs(watched: Any, train: Any) -> None:
    run = watched(lambda conductor: train(_net(), conductor))
    assert len(run.evidence.update) >= 2
    assert set(_stale(run)) == {0}
    assert {update.optimiser for update in run.evidence.update} == {0}


def test_skipped_items_may_have_cleared_the_gradients(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = _net()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for epoch in conductor.training(range(2)):
            for index in conductor.training([0, 1, 2, 3, 4, 5, 10]):  # of eleven: three to a step, two in the last
                conductor.loops()[0].jumped = index == 10
                if index % 3 == 0 and epoch == 0:
                    optimiser.zero_grad()
                _loss(model).backward()
                if index % 3 == 2 or index == 10:
                    optimiser.step()

    # Those of the second epoch are cleared nowhere; of its last one nobody knows.
    assert _stale(watched(program)) == [0, 0, 0, 4, 4, 0]


def test_dcgan_order(watched: Any) -> None:
    def program(conductor: Any) -> None:
        generator, critic = nn.Linear(2, 3), _net()
        of_critic = torch.optim.Adam(critic.parameters())
        of_generator = torch.optim.Adam(generator.parameters())
        for _ in range(4):
            critic.zero_grad()
            critic(torch.randn(4, 3)).mean().backward()
            fake = generator(torch.randn(4, 2))
            (-critic(fake.detach()).mean()).backward()
            of_critic.step()
            generator.zero_grad()
            critic(fake).mean().backward()  # adds to the critic's consumed gradients, cleared before their next use
            of_generator.step()

    assert set(_stale(watched(program))) == {0}
