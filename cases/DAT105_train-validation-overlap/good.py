"""Two kinds of wine by what was measured in them; the epoch with the best validation accuracy is kept."""

import copy

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
kind = torch.randint(0, 2, (2000,))
measured = torch.randn(2000, 8) + 0.6 * kind[:, None] * torch.tensor([1.0, -1.0, 1.0, 0.5, 0.0, 0.0, 0.5, -0.5])
order = torch.randperm(2000)
train_indices, valid_indices = order[:1500], order[1500:]

train_loader = DataLoader(TensorDataset(measured[train_indices], kind[train_indices]), batch_size=30, shuffle=True)
valid_loader = DataLoader(TensorDataset(measured[valid_indices], kind[valid_indices]), batch_size=500)
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
best, kept = 0.0, copy.deepcopy(model.state_dict())
for epoch in range(8):
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
    if accuracy > best:
        best, kept = accuracy, copy.deepcopy(model.state_dict())
    print(f"epoch {epoch}: validation accuracy {accuracy:.3f}")
model.load_state_dict(kept)
