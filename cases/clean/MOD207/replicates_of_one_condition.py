"""Noisy laboratory replicates: each batch is one condition, measured again and again; mean and spread are learnt."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
conditions = torch.rand(60, 3) * 2 - 1
level = conditions[:, 0] - conditions[:, 1] * conditions[:, 2]
spread = 0.1 + 0.3 * (conditions[:, 2] + 1)
readings = level[:, None] + spread[:, None] * torch.randn(60, 20)

body = nn.Sequential(nn.Linear(3, 32), nn.SiLU())
mean_head, spread_head = nn.Linear(32, 1), nn.Linear(32, 1)
modules = nn.ModuleList([body, mean_head, spread_head])
optimizer = torch.optim.Adam(modules.parameters(), lr=4e-3)
criterion = nn.GaussianNLLLoss()

for epoch in range(12):
    losses = []
    for number in torch.randperm(60):
        rows = conditions[number].repeat(20, 1)
        hidden = body(rows)
        variance = nn.functional.softplus(spread_head(hidden)) ** 2 + 1e-3
        loss = criterion(mean_head(hidden), readings[number].unsqueeze(1), variance)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    print(epoch, round(sum(losses) / len(losses), 3))
