"""Forecasts a sensor from a stream that has no length: an IterableDataset, validated on a fixed window set."""

import itertools
import math
import random
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset

WINDOW = 20
WINDOWS_PER_EPOCH = 1600


class SensorStream(IterableDataset):
    """Endless windows (WINDOW,) of a noisy oscillation and the value that follows (1,)."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def reading(self, t, phase):
        return math.sin(0.3 * t + phase) + 0.3 * math.sin(0.11 * t) + self.random.gauss(0, 0.02)

    def __iter__(self):
        while True:
            start, phase = self.random.uniform(0, 500), self.random.uniform(0, 6.28)
            values = torch.tensor([self.reading(start + k, phase) for k in range(WINDOW + 1)])
            yield values[:WINDOW], values[WINDOW:]


class Limited(IterableDataset):
    """The next ``count`` items of a stream."""

    def __init__(self, stream, count):
        self.stream, self.count = stream, count

    def __iter__(self):
        return itertools.islice(iter(self.stream), self.count)


class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(1, 12, kernel_size=5)
        self.norm = nn.LayerNorm(12 * (WINDOW - 4))
        self.out = nn.Linear(12 * (WINDOW - 4), 1)

    def forward(self, x):  # (N, WINDOW) -> (N, 1)
        h = torch.relu(self.conv(x.unsqueeze(1)))
        return self.out(self.norm(h.flatten(1)))


torch.manual_seed(17)
train_loader = DataLoader(Limited(SensorStream(seed=1), WINDOWS_PER_EPOCH), batch_size=32)
valid = [next(iter(SensorStream(seed=1000 + k))) for k in range(200)]
valid_x, valid_y = (torch.stack(part) for part in zip(*valid, strict=True))

model = Forecaster()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)
losses = []
for epoch in range(1, 11):
    model.train()
    for x, y in train_loader:
        loss = nn.functional.smooth_l1_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    scheduler.step()
    model.eval()
    with torch.no_grad():
        losses.append((model(valid_x) - valid_y).abs().mean().item())
    print(f"epoch {epoch}: mean absolute error {losses[-1]:.4f}")

Path("stream").mkdir(exist_ok=True)
torch.save({"model": model.state_dict(), "losses": losses}, "stream/forecaster.pt")
print(f"done: forecasts off by {losses[-1]:.4f} on average")
