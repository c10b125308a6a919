"""Factories that another process can import."""

from __future__ import annotations

import sys
from typing import Any

import numpy
import torch


class ByHand:
    """Updates written by hand: a process without an optimizer of torch's starts in half the time."""

    def __init__(self, inputs: torch.Tensor) -> None:
        self.model = torch.nn.Linear(inputs.shape[1], 1)
        self.inputs = inputs

    def step(self) -> torch.Tensor:
        loss = self.model(torch.nn.functional.dropout(self.inputs)).square().mean()
        gradients = torch.autograd.grad(loss, list(self.model.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(self.model.parameters(), gradients, strict=True):
                parameter -= 0.1 * gradient
        return loss.detach()


def steady() -> Any:
    return ByHand(torch.randn(6, 4))


def ordered_by_a_set() -> Any:
    names = list({f"feature {number}" for number in range(20)})
    return ByHand(torch.tensor([[float(name.split()[1]) for name in names]]))


def summed_by_threads() -> Any:
    class Dot(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.tensor(1e-3))

        def forward(self, values: torch.Tensor) -> torch.Tensor:
            return (values * self.weight) @ values

    return Dot(), torch.rand(1_000_003)


class OwnGenerator:
    """Its noise comes from a generator that nobody seeds."""

    def __init__(self) -> None:
        self.model = torch.nn.Linear(3, 1)
        self.rng = numpy.random.default_rng()

    def step(self) -> float:
        with torch.no_grad():
            self.model.weight += float(self.rng.normal())
        return float(self.model.weight.detach().sum())


def dies() -> Any:
    print("the disk is full", file=sys.stderr)
    sys.exit(3)


def raises() -> Any:
    class Broken(OwnGenerator):
        def step(self) -> float:
            raise ValueError("no such batch")

    return Broken()
