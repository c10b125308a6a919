"""Iris with a small network, gradients of five batches for each step."""

import torch
from sklearn.datasets import load_iris
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
measured, species = load_iris(return_X_y=True)
x = torch.tensor(measured, dtype=torch.float32)
x = (x - x.mean(dim=0)) / x.std(dim=0)
y = torch.tensor(species)
loader = DataLoader(TensorDataset(x, y), batch_size=6, shuffle=True)
accumulation = 5

model = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Linear(24, 3))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)

for epoch in range(12):
    optimizer.zero_grad()
    total = 0.0
    for i, (inputs, labels) in enumerate(loader):
        loss = criterion(model(inputs), labels)
        (loss / accumulation).backward()
        total += loss.item()
        if (i + 1) % accumulation == 0:
            optimizer.step()
            optimizer.zero_grad()
    print(f"epoch {epoch}: {total / len(loader):.3f}")
