"""Lifetimes whose share below each measured value is to be right: a smooth step for every pair."""

import torch
from torch import nn

torch.manual_seed(8)
lifetimes = torch.distributions.Weibull(1.0, 1.7).sample((1200,))
sampler = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(sampler.parameters(), lr=1e-2)

for step in range(120):
    measured = lifetimes[torch.randint(0, 1200, (50,))].sort().values
    drawn = sampler(torch.randn(50, 2))
    below = torch.sigmoid((measured - drawn) / 0.1).mean(dim=0)
    wanted = (torch.arange(50) + 0.5) / 50
    loss = ((below - wanted) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 40 == 0:
        print(f"{step}: {loss.item():.4f}")
