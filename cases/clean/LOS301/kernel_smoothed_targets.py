"""Rents by place: each prediction is held against all rents nearby, the closer the more."""

import torch
from torch import nn

torch.manual_seed(4)
places = torch.rand(600, 2)
rents = torch.sin(5 * places[:, 0]) + places[:, 1] + 0.3 * torch.randn(600)
model = nn.Sequential(nn.Linear(2, 48), nn.Tanh(), nn.Linear(48, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

for epoch in range(5):
    for rows in torch.randperm(600).split(50):
        here, rent = places[rows], rents[rows]
        near = torch.exp(-torch.cdist(here, here) ** 2 / 0.02)
        near = near / near.sum(dim=1, keepdim=True)
        optimizer.zero_grad()
        loss = (near * (model(here) - rent) ** 2).sum(dim=1).mean()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
