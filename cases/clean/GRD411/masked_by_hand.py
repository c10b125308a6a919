"""Losses of single tokens, masked and weighted by hand; micro-batches share one number of tokens."""

import torch
from torch import nn

torch.manual_seed(0)
features = torch.randn(64, 20, 6)
labels = (features[..., 0] > 0).float()
mask = torch.rand(64, 20) < 0.6
model = nn.Sequential(nn.Linear(6, 24), nn.GELU(), nn.Linear(24, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
objective = nn.BCEWithLogitsLoss(reduction="none")

for epoch in range(12):
    for rows in torch.randperm(64).split(16):
        optimizer.zero_grad()
        tokens = mask[rows].sum()
        for part in rows.split(4):
            each = objective(model(features[part]).squeeze(-1), labels[part])
            loss = (each * mask[part]).sum() / tokens
            loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
