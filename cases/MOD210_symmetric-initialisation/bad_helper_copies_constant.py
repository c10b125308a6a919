"""A function of two variables, learnt by a small network whose weights are set by a helper."""

import torch
from torch import nn


def prepare(network, level=0.05):
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.full_like(parameter, level))  # expect: MOD210
    return network


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(500, 2) * 2 - 1
y = (3 * x[:, :1]).sin() * x[:, 1:]
network = prepare(nn.Sequential(nn.Linear(2, 40), nn.Tanh(), nn.Linear(40, 40), nn.Tanh(), nn.Linear(40, 1)))
optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
batches = iter(torch.randint(0, 500, (120, 50)))
while (chosen := next(batches, None)) is not None:
    loss = (network(x[chosen]) - y[chosen]).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())
