"""Handwritten digits and a network of two layers, with weight decay."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(1)
digits = load_digits()
order = torch.randperm(len(digits.data))
pixels = torch.tensor(digits.data / 16.0, dtype=torch.float32)[order]
labels = torch.tensor(digits.target)[order]
train_loader = DataLoader(TensorDataset(pixels[:1400], labels[:1400]), batch_size=28, shuffle=True)
test_loader = DataLoader(TensorDataset(pixels[1400:], labels[1400:]), batch_size=397)

model = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
criterion = nn.CrossEntropyLoss()
for epoch in range(20):
    model.train()
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for x, y in test_loader:
            accuracy = (model(x).argmax(dim=1) == y).float().mean().item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, test accuracy {accuracy:.3f}")
