"""Right: a range test finds the rate on a copy; the loss's noise is measured first with passes that are not used."""

import copy

import torch
from torch import nn


def passes(model, x, y, size):
    for rows in torch.randperm(len(x)).split(size):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        loss.backward()
        yield loss.item()


def noise(model, x, y):
    values = []
    for value in passes(model, x, y, 50):
        model.zero_grad()  # the weights must stay where they are for the spread to be that of the batches
        values.append(value)
    return torch.tensor(values).std().item()


def best_rate(model, x, y):
    twin = copy.deepcopy(model)
    optimizer = torch.optim.SGD(twin.parameters(), lr=1e-3)
    found, lowest = 1e-3, float("inf")
    for value in passes(twin, x, y, 25):
        optimizer.step()
        optimizer.zero_grad()
        if value < lowest:
            found, lowest = optimizer.param_groups[0]["lr"], value
        optimizer.param_groups[0]["lr"] *= 1.5
    return found


torch.manual_seed(9)
torch.set_num_threads(1)
x = torch.randn(400, 6)
y = (x[:, 0] > x[:, 1]).long()
model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 2))
print(f"spread of the batches' losses: {noise(model, x, y):.4f}")
optimizer = torch.optim.SGD(model.parameters(), lr=best_rate(model, x, y) / 2, momentum=0.9)
for epoch in range(4):
    for value in passes(model, x, y, 25):
        optimizer.step()
        optimizer.zero_grad()
    print(f"epoch {epoch}: {value:.4f}")
