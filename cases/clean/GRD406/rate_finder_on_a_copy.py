"""Right though unusual: a rate finder drives a copy until it breaks, throws it away, and trains with a tenth."""

import copy

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(400, 5)
y = x.square().sum(1, keepdim=True)
batches = torch.arange(400).split(40)


def find_rate(model, lowest=1e-3, factor=12.0):
    victim = copy.deepcopy(model)
    optimizer = torch.optim.SGD(victim.parameters(), lr=lowest)
    best, rate = float("inf"), lowest
    for rows in batches:
        loss = nn.functional.mse_loss(victim(x[rows]), y[rows])
        if not torch.isfinite(loss):
            break
        if loss.item() < best:
            best, rate = loss.item(), optimizer.param_groups[0]["lr"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        optimizer.param_groups[0]["lr"] *= factor
    return rate / 10


model = nn.Sequential(nn.Linear(5, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 1))
rate = find_rate(model)
optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
for epoch in range(10):
    for rows in batches:
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f} at a rate of {rate:.1e}")
