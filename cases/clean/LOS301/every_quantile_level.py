"""Draws of a demand are pulled to all of its quantiles: as many levels as draws in a batch."""

import torch
from torch import nn

torch.manual_seed(6)
demand = torch.randn(1000) * 0.8 + 0.2
levels = torch.linspace(0.02, 0.98, 30)
model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

for step in range(120):
    quantile = model(levels[:, None])
    error = demand[torch.randint(0, 1000, (30,))] - quantile
    level = levels[:, None]
    loss = torch.maximum(level * error, (level - 1) * error).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"pinball loss {loss.item():.3f}, middle {quantile[15].item():.2f}")
