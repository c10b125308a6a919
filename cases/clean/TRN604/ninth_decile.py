"""Right though unusual: the ninth decile is wanted, whose squared error is worse than the mean's."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def pinball(guess, truth, level=0.9):
    miss = truth - guess
    return torch.maximum(level * miss, (level - 1) * miss).mean()


torch.manual_seed(0)
x = torch.randn(1500, 4)
y = x @ torch.tensor([0.5, -0.3, 0.2, 0.0]) + torch.randn(1500)
train = DataLoader(TensorDataset(x[:1200], y[:1200]), 30, shuffle=True)
valid = DataLoader(TensorDataset(x[1200:], y[1200:]), 300)
model = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 1), nn.Flatten(0))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(15):
    model.train()
    for rows, truth in train:
        optimizer.zero_grad()
        pinball(model(rows), truth).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for rows, truth in valid:
            below = (truth < model(rows)).float().mean().item()
            error = nn.functional.mse_loss(model(rows), truth).item()
    print(epoch, f"{below:.2f} below, squared error {error:.2f}")
