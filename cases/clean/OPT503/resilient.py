"""Rprop with large first steps on a whole table: step sizes shrink by themselves."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn

torch.manual_seed(0)
data = load_breast_cancer()
x = torch.tensor((data.data - data.data.mean(0)) / data.data.std(0), dtype=torch.float32)
y = torch.tensor(data.target, dtype=torch.float32)
net = nn.Sequential(nn.Linear(30, 24), nn.Sigmoid(), nn.Linear(24, 1))
opt = torch.optim.Rprop(net.parameters(), lr=1.0, etas=(0.5, 1.1))
for sweep in range(80):
    opt.zero_grad()
    loss = nn.functional.binary_cross_entropy_with_logits(net(x).squeeze(1), y)
    loss.backward()
    opt.step()
    if sweep % 10 == 9:
        print(sweep, loss.item())
