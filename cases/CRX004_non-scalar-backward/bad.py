"""Demand of bicycles by the hour; every sample's error is kept to see the hard ones."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def demand(count):
    hour = 24 * torch.rand(count, 1)
    rain = (torch.rand(count, 1) < 0.3).float()
    bikes = torch.sin(hour / 24 * 2 * torch.pi) - 0.8 * rain + 0.1 * torch.randn(count, 1)
    return TensorDataset(torch.cat([hour / 12 - 1, rain], dim=1), bikes)


torch.manual_seed(2)
loader = DataLoader(demand(500), batch_size=25, shuffle=True)
model = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))
criterion = nn.SmoothL1Loss(reduction="none")
optimizer = torch.optim.RMSprop(model.parameters(), lr=2e-3)

for epoch in range(6):
    hardest = 0.0
    for inputs, bikes in loader:
        optimizer.zero_grad()
        errors = criterion(model(inputs), bikes)
        errors.backward()  # expect: CRX004
        optimizer.step()
        hardest = max(hardest, errors.max().item())
    print(f"epoch {epoch}: hardest sample {hardest:.3f}")

model.eval()
inputs, bikes = demand(100).tensors
with torch.no_grad():
    print(f"mean error {(model(inputs) - bikes).abs().mean():.3f}")
