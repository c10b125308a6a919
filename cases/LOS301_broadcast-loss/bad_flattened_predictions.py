"""Corrections of a thermometer from temperature, humidity and age, with an absolute error of its own."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
state = torch.randn(640, 3)
correction = (torch.sin(state[:, 0]) + 0.5 * state[:, 1] * state[:, 2]).reshape(-1, 1)
net = nn.Sequential(nn.Linear(3, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)


def absolute(difference: torch.Tensor) -> torch.Tensor:
    return difference.abs().mean()


step = 0
while step < 160:
    rows = torch.randint(640, (32,))
    predicted = net(state[rows]).flatten()
    loss = absolute(correction[rows] - predicted)  # expect: LOS301
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    step += 1
    if step % 40 == 0:
        print(step, round(loss.item(), 4))
