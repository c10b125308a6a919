"""Right though unusual: Armijo backtracking; the optimiser steps again along the same gradient, from the restored
weights, at half the rate.
"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(900, 7)
y = (x @ torch.randn(7, 3) + torch.sin(x[:, :3] * 2)).argmax(dim=1)
model = nn.Sequential(nn.Linear(7, 24), nn.Tanh(), nn.Linear(24, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=2.0)
criterion = nn.CrossEntropyLoss()


def armijo_step(inputs, labels, loss, start_rate):
    before = [p.detach().clone() for p in model.parameters()]
    slope = sum(p.grad.square().sum() for p in model.parameters())
    group = optimizer.param_groups[0]
    group["lr"] = start_rate
    for _ in range(12):
        optimizer.step()
        with torch.no_grad():
            if criterion(model(inputs), labels) <= loss - 0.3 * group["lr"] * slope:
                break
            for p, old in zip(model.parameters(), before, strict=False):
                p.copy_(old)
        group["lr"] /= 2
    return group["lr"]


rate = 2.0
for epoch in range(5):
    for rows in torch.randperm(720).split(60):
        inputs, labels = x[rows], y[rows]
        optimizer.zero_grad()
        loss = criterion(model(inputs), labels)
        loss.backward()
        rate = armijo_step(inputs, labels, loss.detach(), min(2 * rate, 8.0))
    with torch.no_grad():
        accuracy = (model(x[720:]).argmax(1) == y[720:]).float().mean().item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, rate {rate:.3f}, accuracy {accuracy:.3f}")
