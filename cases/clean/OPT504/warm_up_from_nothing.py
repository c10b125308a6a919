"""A warm-up by hand from a rate of 1e-7, through which the first updates do nothing."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(1600, 16)
y = x[:, :5].argmax(1)
net = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 5))
opt = torch.optim.AdamW(net.parameters(), lr=1e-7)
step = 0
for epoch in range(8):
    for a, b in DataLoader(TensorDataset(x, y), 32, shuffle=True):
        for group in opt.param_groups:
            group["lr"] = max(1e-7, 3e-3 * min(1.0, step / 100))
        loss = nn.functional.cross_entropy(net(a), b)
        opt.zero_grad()
        loss.backward()
        opt.step()
        step += 1
    print(epoch, loss.item())
