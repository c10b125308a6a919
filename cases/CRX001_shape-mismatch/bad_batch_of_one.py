"""The last batch has one sample, of which batch normalisation can't tell a spread."""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(65, 4)
y = x[:, :1]
model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(3):
    for inputs, target in zip(x.split(16), y.split(16), strict=True):
        loss = nn.functional.mse_loss(model(inputs), target)  # expect: CRX001
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
