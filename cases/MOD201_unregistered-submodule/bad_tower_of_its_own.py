"""Yield of a greenhouse from its climate; the deep part is a small class beside the model."""

import torch
from torch import nn


class Tower:
    def __init__(self, width, depth):
        self.layers = [nn.Linear(width, width) for _ in range(depth)]

    def __call__(self, x):
        for layer in self.layers:
            x = x + torch.tanh(layer(x))  # expect: MOD201
        return x


class Greenhouse(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.climate = nn.Linear(4, width)
        self.soil = nn.Linear(2, width)
        self.tower = Tower(width, depth=3)
        self.harvest = nn.Linear(width, 1)

    def forward(self, climate, soil):
        h = torch.relu(self.climate(climate) + self.soil(soil))
        return self.harvest(self.tower(h)).squeeze(-1)


def seasons(count, seed):
    g = torch.Generator().manual_seed(seed)
    climate, soil = torch.randn(count, 4, generator=g), torch.randn(count, 2, generator=g)
    return climate, soil, climate[:, 0] * soil[:, 0] + torch.sin(climate[:, 1])


torch.manual_seed(3)
climate, soil, harvest = seasons(640, 1)
model = Greenhouse()
optimizer = torch.optim.Adamax(model.parameters(), lr=4e-3)
criterion = nn.SmoothL1Loss()
for epoch in range(6):
    for start in range(0, 640, 32):
        part = slice(start, start + 32)
        optimizer.zero_grad()
        loss = criterion(model(climate[part], soil[part]), harvest[part])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        *inputs, truth = seasons(128, 2)
        print(f"epoch {epoch}: {loss.item():.4f}, test {criterion(model(*inputs), truth).item():.4f}")
