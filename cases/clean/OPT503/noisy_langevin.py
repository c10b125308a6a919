"""Stochastic gradient Langevin dynamics: it is meant to wander, not to settle."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(1000, 6)
y = x @ torch.randn(6, 1) + 0.5 * torch.randn(1000, 1)
net = nn.Linear(6, 1)
rate = 2e-3
opt = torch.optim.SGD(net.parameters(), lr=rate)
samples = []
for epoch in range(10):
    for a, b in DataLoader(TensorDataset(x, y), 50, shuffle=True):
        energy = 1000 * ((net(a) - b) ** 2).mean() / (2 * 0.25)
        opt.zero_grad()
        (energy / 1000).backward()
        opt.step()
        with torch.no_grad():
            for p in net.parameters():
                p.add_(torch.randn_like(p), alpha=(2 * rate / 1000) ** 0.5)
    samples.append(net.weight.detach().clone())
    print(epoch, ((net(x) - y) ** 2).mean().item())
