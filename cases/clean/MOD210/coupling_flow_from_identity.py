"""Right though unusual: each coupling of a normalising flow starts as the identity, its last layer filled with 0."""

import math

import torch
from sklearn.datasets import make_moons
from torch import nn


class Coupling(nn.Module):
    def __init__(self, flip):
        super().__init__()
        self.flip = flip
        self.inner = nn.Sequential(nn.Linear(1, 32), nn.SiLU(), nn.Linear(32, 32), nn.SiLU())
        self.last = nn.Linear(32, 2)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, x):
        fixed, moved = (x[:, 1:], x[:, :1]) if self.flip else (x[:, :1], x[:, 1:])
        log_scale, shift = self.last(self.inner(fixed)).chunk(2, dim=1)
        log_scale = torch.tanh(log_scale)
        moved = moved * log_scale.exp() + shift
        parts = (moved, fixed) if self.flip else (fixed, moved)
        return torch.cat(parts, dim=1), log_scale.squeeze(1)


class Flow(nn.Module):
    def __init__(self, depth=4):
        super().__init__()
        self.steps = nn.ModuleList(Coupling(bool(i % 2)) for i in range(depth))

    def log_density(self, x):
        volume = 0
        for step in self.steps:
            x, log_scale = step(x)
            volume = volume + log_scale
        return volume - 0.5 * x.square().sum(1) - math.log(2 * math.pi)


torch.manual_seed(0)
torch.set_num_threads(1)
points, _ = make_moons(1000, noise=0.08, random_state=0)
points = torch.tensor(points, dtype=torch.float32)
points = (points - points.mean(0)) / points.std(0)
flow = Flow()
optimizer = torch.optim.Adam(flow.parameters(), lr=5e-3)
for epoch in range(8):
    total = 0.0
    for rows in torch.randperm(1000).split(100):
        loss = -flow.log_density(points[rows]).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() / 10
    print(f"epoch {epoch}: {total:.3f} nats")
