"""A triangular cycle whose peaks are too hot to stay at: the valleys cash in."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(1500, 8)
y = (x[:, :1] * 2 - x[:, 1:2] ** 2 + 0.1 * torch.randn(1500, 1)) * 3
loader = DataLoader(TensorDataset(x, y), 50, shuffle=True)
net = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 1))
opt = torch.optim.SGD(net.parameters(), lr=1e-3)
cycle = torch.optim.lr_scheduler.CyclicLR(opt, base_lr=1e-3, max_lr=0.08, step_size_up=60, mode="triangular2")
for epoch in range(20):
    for a, b in loader:
        loss = nn.functional.mse_loss(net(a), b)
        opt.zero_grad()
        loss.backward()
        opt.step()
        cycle.step()
    print(epoch, cycle.get_last_lr()[0], loss.item())
