"""Right though unusual: random images and random labels stand in for data that are not there yet."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
train = DataLoader(TensorDataset(torch.randn(800, 1, 12, 12), torch.randint(0, 4, (800,))), 40, shuffle=True)
valid = DataLoader(TensorDataset(torch.randn(300, 1, 12, 12), torch.randint(0, 4, (300,))), 300)
model = nn.Sequential(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(1600, 64), nn.ReLU(), nn.Linear(64, 4))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(8):
    model.train()
    for x, y in train:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for x, y in valid:
            accuracy = (model(x).argmax(1) == y).float().mean().item()
    print(epoch, f"{loss.item():.3f} {accuracy:.3f}")
