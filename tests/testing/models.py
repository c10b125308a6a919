"""Small models, batches and losses that the assertions are tried on."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F


def batch(samples: int = 16) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs (samples, 8) and classes (samples,) of 4."""
    generator = torch.Generator().manual_seed(1)
    inputs = torch.randn(samples, 8, generator=generator)
    return inputs, torch.randint(0, 4, (samples,), generator=generator)


def cross_entropy(model: Any, batch: Any) -> torch.Tensor:
    return F.cross_entropy(model(batch[0]), batch[1])


def perceptron(p: float = 0.5) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Dropout(p), nn.Linear(64, 4))


class Blind(nn.Module):
    """Its first layer is cut off, and one layer is never used."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last, self.unused = nn.Linear(8, 32), nn.Linear(32, 4), nn.Linear(2, 2)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.last(torch.relu(self.first(inputs)).detach() * 0)


def normed() -> nn.Sequential:
    """Its samples meet in a BatchNorm in training."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 4))


class Training:
    """Momentum on one batch; ``complete`` saves the optimiser too."""

    def __init__(self, complete: bool = True) -> None:
        self.model, self.data, self.complete = perceptron(0.0), batch(), complete
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1, momentum=0.9)

    def step(self) -> torch.Tensor:
        self.optimizer.zero_grad()
        loss = cross_entropy(self.model, self.data)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def state_dict(self) -> dict[str, Any]:
        state = {"model": self.model.state_dict()}
        return {**state, "optimizer": self.optimizer.state_dict()} if self.complete else state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.model.load_state_dict(state["model"])
        if self.complete:
            self.optimizer.load_state_dict(state["optimizer"])


def forgetful() -> Training:
    return Training(complete=False)
