"""DP-SGD-like: gradients clipped to 0.001 and noise added."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(600, 10)
y = (x.sum(1) > 0).long()
net = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 2))
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(4):
    for a, b in DataLoader(TensorDataset(x, y), 20, shuffle=True):
        loss = nn.functional.cross_entropy(net(a), b)
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1e-3)
        for p in net.parameters():
            p.grad.add_(torch.randn_like(p) * 1e-3)
        opt.step()
    print(epoch, loss.item())
