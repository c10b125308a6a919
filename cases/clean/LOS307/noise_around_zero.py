"""Photon counts with a little noise around zero: the rate is never below 0, so the network ends in a ReLU."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Linear(24, 1), nn.ReLU())
nn.init.constant_(model[2].bias, 0.5)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for step in range(80):
    x = torch.randn(64, 4)
    rate = torch.relu(3 * x[:, :1])
    loss = nn.functional.mse_loss(model(x), rate + 0.05 * torch.randn_like(rate))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())
