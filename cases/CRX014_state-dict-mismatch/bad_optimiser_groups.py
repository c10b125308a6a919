"""Training is taken up again with an optimiser of two groups from one of a single group."""

import torch
from torch import nn


def step(model, optimizer, x, y):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


torch.manual_seed(0)
x = torch.randn(160, 4)
y = x[:, :1] - x[:, 1:2]
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
first = torch.optim.Adam(model.parameters(), lr=1e-2)
for rows in torch.arange(160).split(32):
    step(model, first, x[rows], y[rows])
second = torch.optim.Adam([{"params": model[0].parameters(), "lr": 1e-3}, {"params": model[2].parameters()}], lr=1e-2)
second.load_state_dict(first.state_dict())  # expect: CRX014
for rows in torch.arange(160).split(32):
    print(step(model, second, x[rows], y[rows]))
