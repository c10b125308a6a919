"""Sigmoid units in the hidden layers, as in the old days, and logits at the end; probabilities for the report only."""

import torch
from torch import nn

torch.manual_seed(0)
network = nn.Sequential(nn.Linear(4, 24), nn.Sigmoid(), nn.Linear(24, 24), nn.Sigmoid(), nn.Linear(24, 2))
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(network.parameters(), lr=2e-2)
points = torch.randn(320, 4)
answers = torch.stack([points[:, 0] > 0, points[:, 1] * points[:, 2] > 0], dim=1).float()
for epoch in range(5):
    for rows in torch.randperm(len(points)).split(64):
        loss = criterion(network(points[rows]), answers[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        probability = torch.sigmoid(network(points))
        print(epoch, loss.item(), probability.mean().item())
