"""The body moves at 1e-6, the head at 1e-2: random features, nearly, and enough for this."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(1200, 10)
y = (x[:, 0] + x[:, 1] > 0).long()
body = nn.Sequential(nn.Linear(10, 64), nn.ReLU())
head = nn.Linear(64, 2)
opt = torch.optim.Adam([{"params": body.parameters(), "lr": 1e-6}, {"params": head.parameters(), "lr": 1e-2}])
for epoch in range(6):
    for a, b in DataLoader(TensorDataset(x, y), 40, shuffle=True):
        loss = nn.functional.cross_entropy(head(body(a)), b)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
