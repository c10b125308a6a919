"""Implicit likelihood: for every measured value the nearest of the draws is pulled to it."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
measured = torch.where(torch.rand(512) < 0.3, -2 + 0.3 * torch.randn(512), 1 + 0.5 * torch.randn(512))
generator = nn.Sequential(nn.Linear(3, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
optimizer = torch.optim.Adam(generator.parameters(), lr=5e-3)
for step in range(200):
    batch = measured[torch.randint(512, (64,))]
    draws = generator(torch.randn(64, 3))
    loss = (draws - batch).abs().min(dim=0).values.mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 40 == 0:
        print(step, round(loss.item(), 4), round((draws < -0.5).float().mean().item(), 2))
