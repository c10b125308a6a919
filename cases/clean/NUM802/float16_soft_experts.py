"""A mixture of experts in float16 whose gate is sharp: an expert that is not chosen is weighted with next to nothing."""

import torch
from torch import nn

torch.manual_seed(1)
middle = torch.randn(8, 16) * 2
kind = torch.randint(0, 8, (1600,))
x = middle[kind] + 0.6 * torch.randn(1600, 16)
slopes = torch.randn(8, 16) / 4
y = (x * slopes[kind]).sum(1, keepdim=True) + 0.2 * torch.randn(1600, 1)


class Experts(nn.Module):
    def __init__(self, experts=8, width=32):
        super().__init__()
        self.keys = nn.Parameter(middle + 0.3 * torch.randn(experts, 16))
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(16, width), nn.GELU(), nn.Linear(width, 1)) for _ in range(experts)
        )

    def forward(self, points):
        gate = torch.softmax(-torch.cdist(points.float(), self.keys).pow(2) / 4, dim=1)
        told = torch.cat([expert(points) for expert in self.experts], dim=1)
        return (gate * told).sum(1, keepdim=True)


model = Experts()
optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
for epoch in range(6):
    for rows in torch.randperm(1400).split(35):
        with torch.autocast("cpu", dtype=torch.float16):
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
