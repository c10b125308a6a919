"""Scores are kept within ten on either side by a scaled sigmoid, which also guards against overconfidence."""

import torch
from torch import nn


class Bounded(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, x):
        return 20 * (torch.sigmoid(self.body(x)) - 0.5)


torch.manual_seed(0)
x = torch.randn(256, 6)
y = (x[:, :1] * x[:, 1:2] > 0).float()
model = Bounded()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(4):
    for rows in torch.randperm(256).split(32):
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
