"""Cosine logits without a temperature: the softmax of numbers in [-1, 1] cannot get far from even."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(500, 30)
y = torch.randint(0, 10, (500,))
enc = nn.Sequential(nn.Linear(30, 128), nn.ReLU(), nn.Linear(128, 32))
proto = nn.Parameter(torch.randn(10, 32))
opt = torch.optim.Adam([*enc.parameters(), proto], 1e-3)
for epoch in range(10):
    for a, b in DataLoader(TensorDataset(x, y), 50, shuffle=True):
        loss = F.cross_entropy(F.normalize(enc(a), dim=1) @ F.normalize(proto, dim=1).T, b)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
