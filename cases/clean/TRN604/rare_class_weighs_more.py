"""Right though unusual: the rare class weighs twenty times as much, so that fewer answers are right and fewer missed."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
rare = (torch.rand(2000) < 0.05).long()
x = torch.randn(2000, 6) + 0.7 * rare[:, None]
train = DataLoader(TensorDataset(x[:1600], rare[:1600]), 40, shuffle=True)
valid = DataLoader(TensorDataset(x[1600:], rare[1600:]), 400)
model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 2))
criterion = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 20.0]))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(12):
    model.train()
    for rows, labels in train:
        optimizer.zero_grad()
        criterion(model(rows), labels).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for rows, labels in valid:
            found = model(rows).argmax(1)
            recall = (found[labels == 1] == 1).float().mean().item()
            right = (found == labels).float().mean().item()
    print(epoch, f"recall {recall:.2f}, right {right:.2f}")
