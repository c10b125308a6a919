"""Pieces of different length, each piece's mean weighted by its share of the batch."""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(300, 8)
y = (x @ torch.randn(8, 3)).argmax(1)
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)

for epoch in range(10):
    for rows in torch.randperm(300).split(75):
        optimizer.zero_grad()
        for part in rows.split([40, 20, 10, 5]):
            loss = nn.functional.cross_entropy(model(x[part]), y[part])
            (loss * (len(part) / len(rows))).backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
