"""Right though unusual: many layers of sigmoids, which sit still for long before they move."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
kinds = torch.randint(0, 5, (1600,))
x = 1.2 * torch.randn(5, 10)[kinds] + 0.8 * torch.randn(1600, 10)
train = DataLoader(TensorDataset(x[:1200], kinds[:1200]), 30, shuffle=True)
valid = DataLoader(TensorDataset(x[1200:], kinds[1200:]), 400)
layers = [layer for _ in range(4) for layer in (nn.Linear(40, 40), nn.Sigmoid())]
model = nn.Sequential(nn.Linear(10, 40), nn.Sigmoid(), *layers, nn.Linear(40, 5))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(60):
    model.train()
    for rows, labels in train:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(rows), labels)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for rows, labels in valid:
            right = (model(rows).argmax(1) == labels).float().mean().item()
    print(epoch, right)
