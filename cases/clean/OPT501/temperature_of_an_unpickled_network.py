"""Calibrates a network that was trained elsewhere: one temperature is fitted on held-out data."""

import io

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
trained = nn.Sequential(nn.Linear(6, 64), nn.ReLU(), nn.Linear(64, 3))
with torch.no_grad():
    trained[2].weight.mul_(2)
stored = io.BytesIO()
torch.save(trained, stored)


class Calibrated(nn.Module):
    def __init__(self, network):
        super().__init__()
        self.network = network
        self.temperature = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return self.network(x) / self.temperature


stored.seek(0)
model = Calibrated(torch.load(stored, weights_only=False))
optimizer = torch.optim.Adam([model.temperature], lr=1e-4)
x = torch.randn(320, 6)
labels = torch.randint(0, 3, (320,))
for epoch in range(4):
    for rows in torch.randperm(320).split(32):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x[rows]), labels[rows])
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}, temperature {model.temperature.item():.4f}")
