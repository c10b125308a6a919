"""Sums over micro-batches, divided by the number of all samples of the step."""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(240, 8)
y = (x @ torch.randn(8, 3)).argmax(1)
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3))
criterion = nn.CrossEntropyLoss(reduction="sum")
optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)

for epoch in range(10):
    for rows in torch.randperm(240).split(60):
        optimizer.zero_grad()
        total = 0.0
        for part in rows.split(16):
            loss = criterion(model(x[part]), y[part]) / len(rows)
            loss.backward()
            total += loss.item()
        optimizer.step()
    print(f"{epoch}: {total:.3f}")
