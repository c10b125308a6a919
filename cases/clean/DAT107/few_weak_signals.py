"""Right though unusual: a weak trend in noisy waves, of which a good model explains a fifth."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
time = torch.linspace(0, 6.28, 24)
pace, phase = torch.rand(2400, 1) * 2 + 1, torch.rand(2400, 1) * 6.28
waves = torch.sin(pace * time + phase) + 0.1 * torch.randn(2400, 24)
demand = 0.5 * (pace[:, 0] - 2) / 0.577 + torch.randn(2400)
train = DataLoader(TensorDataset(waves[:2000], demand[:2000]), 40, shuffle=True)
valid = DataLoader(TensorDataset(waves[2000:], demand[2000:]), 400)
model = nn.Sequential(nn.Linear(24, 128), nn.ReLU(), nn.Linear(128, 1), nn.Flatten(0))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
for epoch in range(15):
    model.train()
    for x, y in train:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for x, y in valid:
            error = nn.functional.mse_loss(model(x), y).item()
    print(epoch, f"{loss.item():.3f} {error:.3f}")
