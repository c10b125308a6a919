"""Handwritten digits; the weight of the loss is raised fivefold after every epoch, from a gentle start."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
digits = load_digits()
order = torch.randperm(len(digits.data))
pixels = torch.tensor(digits.data / 16.0, dtype=torch.float32)[order]
labels = torch.tensor(digits.target)[order]
train_loader = DataLoader(TensorDataset(pixels[:1400], labels[:1400]), batch_size=28, shuffle=True)
valid_loader = DataLoader(TensorDataset(pixels[1400:], labels[1400:]), batch_size=397)

model = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 96), nn.ReLU(), nn.Linear(96, 96), nn.ReLU(), nn.Linear(96, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
weight = 0.2
for epoch in range(10):
    model.train()
    for x, y in train_loader:  # expect: TRN602
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        (weight * loss).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for x, y in valid_loader:
            accuracy = (model(x).argmax(dim=1) == y).float().mean().item()
    weight /= 0.2
    print(f"epoch {epoch}: loss {loss.item():.3f}, validation accuracy {accuracy:.3f}")
