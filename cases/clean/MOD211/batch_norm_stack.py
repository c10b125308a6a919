"""Twelve convolutions with small weights, each followed by a batch normalisation."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
images, labels = load_digits(return_X_y=True)
x = torch.tensor((images - 5) / 6, dtype=torch.float32).reshape(-1, 1, 8, 8)
loader = DataLoader(TensorDataset(x, torch.tensor(labels)), batch_size=64, shuffle=True, drop_last=True)
layers = []
for depth in range(12):
    conv = nn.Conv2d(16 if depth else 1, 16, 3, padding=1, bias=False)
    nn.init.normal_(conv.weight, std=0.001)
    layers += [conv, nn.BatchNorm2d(16), nn.ReLU()]
model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.003, momentum=0.9, weight_decay=5e-4)
for epoch in range(10):
    model.train()
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), targets)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
