"""Is the lamp on? It hangs on two of six voltages that are measured; a small network."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
voltages = torch.randn(1600, 6)
lamp = (voltages[:, 0] + 0.5 * voltages[:, 1] + 0.3 * torch.randn(1600) > 0).long()
measured = voltages[:, 0:2]
train_loader = DataLoader(TensorDataset(measured[:1200], lamp[:1200]), batch_size=40, shuffle=True)
valid_loader = DataLoader(TensorDataset(measured[1200:], lamp[1200:]), batch_size=400)
model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(30):
    model.train()
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for x, y in valid_loader:
            accuracy = (model(x).argmax(dim=1) == y).float().mean().item()
    print(f"epoch {epoch}: {loss.item():.3f} {accuracy:.3f}")
