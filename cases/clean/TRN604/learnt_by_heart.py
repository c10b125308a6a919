"""Right though unusual: a wide network on few noisy rows, where a line generalises better."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(900, 20)
y = x @ torch.randn(20) * 0.2 + 0.6 * torch.randn(900)
train = DataLoader(TensorDataset(x[:500], y[:500]), 25, shuffle=True)
valid = DataLoader(TensorDataset(x[500:], y[500:]), 400)
model = nn.Sequential(nn.Linear(20, 256), nn.ReLU(), nn.Linear(256, 1), nn.Flatten(0))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(25):
    model.train()
    for rows, truth in train:
        optimizer.zero_grad()
        nn.functional.mse_loss(model(rows), truth).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for rows, truth in valid:
            error = nn.functional.mse_loss(model(rows), truth).item()
    print(epoch, f"{error:.3f}")
