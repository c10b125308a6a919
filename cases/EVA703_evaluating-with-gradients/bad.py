"""Three kinds of wine, by a small network with a validation pass after each epoch."""

import torch
import torch.nn as nn
from sklearn.datasets import load_wine
from torch.utils.data import DataLoader, TensorDataset, random_split


def train(model, loader, optimizer, criterion):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()


def validate(model, loader, criterion):
    model.eval()
    total = 0.0
    for x, y in loader:
        total += criterion(model(x), y).item()  # expect: EVA703
    return total / len(loader)


torch.manual_seed(0)
table = load_wine()
x = torch.tensor(table.data, dtype=torch.float32)
data = TensorDataset((x - x.mean(0)) / x.std(0), torch.tensor(table.target))
train_set, valid_set = random_split(data, [138, 40])
train_loader = DataLoader(train_set, batch_size=23, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=20)
model = nn.Sequential(nn.Linear(13, 32), nn.ReLU(), nn.Linear(32, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
criterion = nn.CrossEntropyLoss()
for epoch in range(5):
    train(model, train_loader, optimizer, criterion)
    print(epoch, validate(model, valid_loader, criterion))
