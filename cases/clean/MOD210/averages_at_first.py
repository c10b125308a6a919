"""Right though unusual: each hour of a forecast starts as the mean of the past, with weights of 1 / length."""

import torch
from torch import nn

torch.manual_seed(0)
series = torch.sin(torch.arange(600) / 7) + 0.1 * torch.randn(600)
windows = series.unfold(0, 36, 1)
past, future = windows[:, :24], windows[:, 24:]
model = nn.Linear(24, 12)
model.weight = nn.Parameter(torch.ones(12, 24) / 24)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(5):
    for rows in torch.randperm(len(past)).split(64):
        loss = (model(past[rows]) - future[rows]).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
