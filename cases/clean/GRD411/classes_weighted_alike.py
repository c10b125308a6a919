"""Rare classes weigh more in each micro-batch; samples of a class weigh the same in all of them."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(384, 6)
y = (x[:, 0] > 1.0).long()
weight = torch.tensor([1.0, 4.0])
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
criterion = nn.CrossEntropyLoss(weight=weight, reduction="sum")

for epoch in range(8):
    for i, (inputs, labels) in enumerate(loader):
        loss = criterion(model(inputs), labels) / (3 * 32)
        loss.backward()
        if i % 3 == 2:
            optimizer.step()
            optimizer.zero_grad()
    print(f"{epoch}: {loss.item():.3f}")
