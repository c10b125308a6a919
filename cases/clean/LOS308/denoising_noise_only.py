"""Denoising diffusion of two moons: targets are noise, drawn for every batch."""

import torch
from sklearn.datasets import make_moons
from torch import nn
from torch.utils.data import DataLoader

torch.manual_seed(0)
points = torch.tensor(make_moons(1000, noise=0.05, random_state=0)[0], dtype=torch.float32)
net = nn.Sequential(nn.Linear(3, 64), nn.SiLU(), nn.Linear(64, 64), nn.SiLU(), nn.Linear(64, 2))
optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3)
for epoch in range(4):
    for batch in DataLoader(points, batch_size=100, shuffle=True):
        time = torch.rand(len(batch), 1)
        noise = torch.randn_like(batch)
        mixed = (1 - time) * batch + time * noise
        loss = nn.functional.mse_loss(net(torch.cat([mixed, time], dim=1)), noise)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
