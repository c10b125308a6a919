"""Frozen features in half precision, a trained head in float32 with a loss of small weight."""

import torch
from torch import nn

torch.manual_seed(8)
x = torch.randn(1600, 20)
labels = (x[:, 0] * x[:, 1] > 0).long()

features = nn.Sequential(nn.Linear(20, 300), nn.Tanh()).half().requires_grad_(False)
head = nn.Sequential(nn.Linear(300, 64), nn.ReLU(), nn.Linear(64, 2))
optimizer = torch.optim.Adam(head.parameters(), lr=1e-3, eps=1e-12)
for epoch in range(60):
    for rows in torch.randperm(len(x)).split(80):
        with torch.no_grad():
            seen = features(x[rows].half())
        loss = 1e-5 * nn.functional.cross_entropy(head(seen.float()), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {1e5 * loss.item():.3f}")
