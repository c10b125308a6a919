"""Classifies wines by thirteen chemical measurements."""

import torch
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
features, labels = load_wine(return_X_y=True)
train_x, test_x, train_y, test_y = train_test_split(features, labels, test_size=0.25, random_state=0, stratify=labels)
train_x, test_x = torch.tensor(train_x, dtype=torch.float32), torch.tensor(test_x, dtype=torch.float32)
train_y, test_y = torch.tensor(train_y), torch.tensor(test_y)
mean, std = train_x.mean(dim=0), train_x.std(dim=0)
train_x, test_x = (train_x - mean) / std, (test_x - mean) / std
loader = DataLoader(TensorDataset(train_x, train_y), batch_size=32, shuffle=True)

model = nn.Sequential(nn.Linear(13, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
criterion = nn.CrossEntropyLoss()

for epoch in range(40):
    model.train()
    total = 0.0
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total += loss.item()
    model.eval()
    with torch.no_grad():
        accuracy = (model(test_x).argmax(dim=1) == test_y).float().mean().item()
    print(f"epoch {epoch}: loss {total / len(loader):.3f}, accuracy {accuracy:.2f}")
