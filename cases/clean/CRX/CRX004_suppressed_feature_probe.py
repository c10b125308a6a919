"""Right though unusual: finds out by suppressed failures whether a criterion returns one number, then wraps it."""

from contextlib import suppress

import torch
from torch import nn


def quantile_loss(prediction, target, quantiles=(0.1, 0.5, 0.9)):
    q = torch.tensor(quantiles)
    error = target - prediction
    return torch.maximum(q * error, (q - 1) * error)


def is_scalar(criterion):
    scalar = False
    with suppress(RuntimeError):
        criterion(torch.zeros(2, 3, requires_grad=True), torch.zeros(2, 1)).backward()
        scalar = True
    return scalar


criterion = quantile_loss if is_scalar(quantile_loss) else lambda p, t: quantile_loss(p, t).mean()
torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(330, 2)
y = x[:, :1] + torch.randn(330, 1) * (0.05 + 0.2 * x[:, 1:])
model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(10):
    order = iter(torch.randperm(270).split(30))
    while True:
        try:
            rows = next(order)
        except StopIteration:
            break
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, (y[270:] < model(x[270:])).float().mean(0).tolist())
