"""Right though unusual: latent codes are held in a list and have an optimiser of their own."""

import torch
from torch import nn


class Decoder(nn.Module):
    def __init__(self, scenes):
        super().__init__()
        self.codes = [nn.Parameter(0.1 * torch.randn(4)) for _ in range(scenes)]
        self.net = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 1))

    def forward(self, points, scene):
        return self.net(torch.cat([points, self.codes[scene].expand(len(points), -1)], dim=1))


torch.manual_seed(0)
model = Decoder(5)
weights = torch.optim.Adam(model.parameters(), lr=5e-3)
codes = torch.optim.SGD(model.codes, lr=0.1)
for epoch in range(20):
    for scene in range(5):
        points = torch.rand(32, 2) * 2 - 1
        loss = (model(points, scene) - (points.norm(dim=1, keepdim=True) - 0.1 * scene)).pow(2).mean()
        weights.zero_grad()
        codes.zero_grad()
        loss.backward()
        weights.step()
        codes.step()
print(f"{loss.item():.5f}")
