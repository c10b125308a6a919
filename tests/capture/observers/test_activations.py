from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from trialrun.evidence.activations import ActivationRecord


def _records(watched: Any, model: nn.Module, data: torch.Tensor, steps: int = 4) -> dict[str, ActivationRecord]:
    def program(_: Any) -> None:
        optimiser = torch.optim.SGD(model.parameters(), lr=0.01)
        for _ in range(steps):
            optimiser.zero_grad()
            model(data).mean().backward()
            optimiser.step()

    return {record.module: record for record in watched(program).evidence.activation}


def test_units_that_are_off_are_counted_over_the_later_half(watched: Any) -> None:
    model = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 1))
    with torch.no_grad():
        model[0].bias[:] = 50.0
        model[0].bias[:3] = -50.0

    relu = _records(watched, model, torch.randn(16, 4))["1"]

    assert (relu.function, relu.units, relu.steps, relu.samples) == ("relu", 10, 4, 32)
    assert relu.shares == pytest.approx([0.3] * 4)
    assert relu.off_share == pytest.approx(0.3)


def test_channels_are_the_units_of_a_convolution(watched: Any) -> None:
    model = nn.Sequential(nn.Conv1d(2, 6, 3), nn.ReLU(), nn.Flatten(), nn.Linear(30, 1))

    assert _records(watched, model, torch.randn(8, 2, 7))["1"].units == 6


def test_saturated_inputs_their_origin_and_outputs(watched: Any) -> None:
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 8), nn.Sigmoid())
    with torch.no_grad():
        model[0].weight.zero_()
        model[0].bias[:] = torch.tensor([2.9, 3.1, -3.1, 0.0, 5.0, -5.0, 0.1, -2.9])

    found = _records(watched, model, torch.randn(16, 4))

    assert found["1"].shares == pytest.approx([0.5] * 4)
    assert (found["1"].affine, found["1"].output) == (True, False)
    assert (found["3"].affine, found["3"].output) == (True, True)
