"""A classifier on flattened volumes; the first layer is as wide as its input."""

import torch
from torch import nn

torch.manual_seed(0)
SIDE = 220
model = nn.Sequential(nn.Flatten(), nn.Linear(SIDE**3, SIDE**3), nn.ReLU(), nn.Linear(SIDE**3, 2))  # expect: CRX016
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for step in range(10):
    volume = torch.rand(1, SIDE, SIDE, SIDE)
    label = (volume.mean(dim=(1, 2, 3)) > 0.5).long()
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(volume), label).backward()
    optimizer.step()
