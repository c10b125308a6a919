"""Dropout is on for the first epochs only: the last ones refine the weights as they will be used."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(6, 48), nn.ReLU(), nn.Dropout(0.3), nn.Linear(48, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
x = torch.randn(480, 6)
y = x[:, :3].argmax(1)


def evaluate():
    model.eval()
    with torch.no_grad():
        return (model(x[400:]).argmax(1) == y[400:]).float().mean().item()


for epoch in range(10):
    if epoch < 7:
        model.train()
    for rows in torch.randperm(400).split(40):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, evaluate())
