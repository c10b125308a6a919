"""Right though unusual: a forecast is asked for longer and longer times, where less can be known."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
hours = torch.arange(1640.0)
level = torch.sin(hours / 5) + 0.3 * torch.randn(1640).cumsum(0) / 8
windows = level.unfold(0, 12, 1)
numbers = torch.arange(1200)
train = DataLoader(TensorDataset(windows[:1200], numbers), 30, shuffle=True)
valid = DataLoader(TensorDataset(windows[1200:1600], numbers[:400] + 1200), 400)
model = nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 1), nn.Flatten(0))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(10):
    ahead = 12 + epoch
    model.train()
    for window, number in train:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(window), level[number + ahead])
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for window, number in valid:
            print(ahead, nn.functional.mse_loss(model(window), level[number + ahead]).item())
