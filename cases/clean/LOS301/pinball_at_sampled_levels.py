"""Prices of one street: a curve of quantiles is learnt from all of a day's sales, every level against every sale."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
sales = torch.distributions.LogNormal(0.0, 0.5).sample((600,))
curve = nn.Sequential(nn.Linear(1, 32), nn.ELU(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(curve.parameters(), lr=5e-3)
for epoch in range(20):
    for day in sales[torch.randperm(600)].split(30):
        levels = torch.rand(30, 1)
        error = day - curve(levels)
        loss = torch.maximum(levels * error, (levels - 1) * error).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if epoch % 5 == 4:
        print(epoch, round(loss.item(), 4))
with torch.no_grad():
    print(curve(torch.tensor([[0.1], [0.5], [0.9]])).flatten().tolist(), torch.quantile(sales, 0.9).item())
