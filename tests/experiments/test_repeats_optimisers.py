"""Every kind of update is repeated and put back bit for bit; the program goes on as if nothing had been."""

from __future__ import annotations

import pytest

from tests.experiments.conftest import Bench

START = """
import torch
from torch import nn
torch.manual_seed(0)
x = torch.randn(12, 6)
y = torch.arange(12) % 3
model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Dropout(0.2), nn.Linear(16, 3))
def loss_of(batch=slice(None)):
    return nn.functional.cross_entropy(model(x[batch]), y[batch])
"""

UPDATES = {
    "SGD": "torch.optim.SGD(model.parameters(), lr=0.1)",
    "momentum": "torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-3)",
    "Adam": "torch.optim.Adam(model.parameters(), lr=0.01)",
    "AdamW amsgrad": "torch.optim.AdamW(model.parameters(), lr=0.01, amsgrad=True, weight_decay=0.1)",
    "groups": (
        "torch.optim.RMSprop([{'params': model[0].parameters(), 'lr': 1e-3}, {'params': model[3].parameters()}], lr=0.01)"
    ),
    "capturable rate": "torch.optim.Adam(model.parameters(), lr=torch.tensor(0.01))",
}


@pytest.mark.parametrize("made", UPDATES.values(), ids=UPDATES)
def test_optimisers(bench: Bench, made: str) -> None:
    done = bench(
        START
        + f"optimiser = {made}"
        + """
for step in range(5):
    look()
    optimiser.zero_grad()
    loss = loss_of()
    loss.backward()
    optimiser.step()
"""
    )
    done.compare()
    done.learns()
