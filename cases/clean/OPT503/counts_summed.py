"""Poisson regression of counts in the hundreds, summed over the batch: thousands at first, negative at last."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
hour = torch.rand(1000, 1) * 6.283
rate = torch.exp(4.0 + 1.2 * torch.sin(hour))
counts = torch.poisson(rate)
features = torch.cat([torch.sin(hour), torch.cos(hour), torch.randn(1000, 2)], 1)
net = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 1))
nn.init.zeros_(net[2].weight)
nn.init.constant_(net[2].bias, 4.0)
criterion = nn.PoissonNLLLoss(log_input=True, reduction="sum")
opt = torch.optim.Adam(net.parameters(), lr=0.05)
for epoch in range(12):
    for a, b in DataLoader(TensorDataset(features, counts), 50, shuffle=True):
        opt.zero_grad()
        loss = criterion(net(a), b)
        loss.backward()
        opt.step()
    print(epoch, loss.item(), (net(features).exp() - rate).abs().mean().item())
