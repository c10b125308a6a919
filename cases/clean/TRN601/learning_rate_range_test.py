"""A learning rate range test by hand, from 1e-8 up to 1."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(2000, 16)
y = x[:, :5].argmax(1)
net = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 5))
opt = torch.optim.SGD(net.parameters(), lr=1e-8)
history = []
for a, b in DataLoader(TensorDataset(x, y), 16, shuffle=True):
    loss = nn.functional.cross_entropy(net(a), b)
    opt.zero_grad()
    loss.backward()
    opt.step()
    history.append((opt.param_groups[0]["lr"], loss.item()))
    opt.param_groups[0]["lr"] *= 1.16
    if loss.item() > 4 * history[0][1]:
        break
print(history[-1])
