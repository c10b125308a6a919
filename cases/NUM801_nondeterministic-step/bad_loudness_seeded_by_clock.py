"""Signals of random loudness, a functional model, updates by hand, batches as dictionaries."""

import random
import time

import torch
from torch.nn import functional as F
from torch.utils.data import DataLoader

torch.manual_seed(2)
phase = torch.rand(400, 1) * 3
signals = [
    {"signal": torch.sin(torch.arange(40) * (0.3 + 0.4 * (k % 2)) + phase[k]), "kind": k % 2} for k in range(400)
]
weights = {
    "filter": (0.3 * torch.randn(8, 1, 7)).requires_grad_(),
    "out": (0.3 * torch.randn(2, 8)).requires_grad_(),
}


def predict(signal, weights):
    return F.conv1d(signal[:, None], weights["filter"]).square().mean(2) @ weights["out"].T


for batch in DataLoader(signals * 3, batch_size=25, shuffle=True):
    loudness = 0.8 + 0.4 * random.Random(time.time_ns()).random()
    part = loudness * batch["signal"]  # expect: NUM801
    loss = F.cross_entropy(predict(part, weights), batch["kind"])
    loss.backward()
    with torch.no_grad():
        for value in weights.values():
            value -= 0.5 * value.grad
            value.grad = None
print(f"loss {loss.item():.3f}")
