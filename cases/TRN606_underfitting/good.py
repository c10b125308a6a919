"""Is the lamp on? It hangs on four switches together; a small network of what is heard of them."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
switches = torch.randint(0, 2, (1600, 4)).float() * 2 - 1
signal = switches + 0.2 * torch.randn(1600, 4)
lamps = (switches[:, 0] * switches[:, 1] * switches[:, 2] * switches[:, 3] > 0).long()
train_loader = DataLoader(TensorDataset(signal[:1200], lamps[:1200]), batch_size=40, shuffle=True)
valid_loader = DataLoader(TensorDataset(signal[1200:], lamps[1200:]), batch_size=400)
model = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(20):
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
