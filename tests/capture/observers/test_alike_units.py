from __future__ import annotations

from typing import Any

import torch
from torch import nn


def _train(model: nn.Module, steps: int = 3) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(steps):
        optimiser.zero_grad()
        data = torch.randn(16, 4)
        (model(data) - data[:, :2] * data[:, 2:]).pow(2).mean().backward()
        optimiser.step()


def _program(hidden: float | None, out: float | None) -> Any:
    def program(_: Any) -> None:
        model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 2))
        for layer, value in ((model[0], hidden), (model[2], out)):
            if value is not None:
                nn.init.constant_(layer.weight, value)
                nn.init.zeros_(layer.bias)
        _train(model)

    return program


def test_constant_layers_stay_copies_and_say_where_they_were_set(watched: Any) -> None:
    found = {layer.name: layer for layer in watched(_program(0.2, 0.2)).evidence.alike_units}
    hidden = found["0.weight"]

    assert (hidden.units, hidden.fan_in, hidden.updates, hidden.moving_updates) == (6, 4, 3, 3)
    assert hidden.change > 1e-3
    assert hidden.spread <= 1e-6 * hidden.change
    assert hidden.gradient_spread <= 1e-6 * hidden.gradient
    assert hidden.initialised is not None
    assert hidden.initialised.function == "program"
    assert found["2.weight"].spread > 1e-4  # its two targets differ


def test_a_constant_layer_in_front_of_a_random_one_is_told_apart(watched: Any) -> None:
    (hidden,) = watched(_program(0.2, None)).evidence.alike_units

    assert hidden.gradient_spread > 1e-2 * hidden.gradient


def test_random_layers_are_not_followed(watched: Any) -> None:
    assert watched(_program(None, None)).evidence.alike_units == ()
