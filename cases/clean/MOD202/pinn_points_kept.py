"""Right though unusual: the points of a differential equation are kept in the network and need a gradient."""

import torch
from torch import nn


class Decay(nn.Module):
    def __init__(self):
        super().__init__()
        self.time = torch.rand(64, 1, requires_grad=True)
        self.start = torch.zeros(1, 1, requires_grad=True)
        self.net = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))

    def forward(self):
        value = self.net(self.time)
        (slope,) = torch.autograd.grad(value.sum(), self.time, create_graph=True)
        return ((slope + value) ** 2).mean() + ((self.net(self.start) - 1) ** 2).mean()


torch.manual_seed(0)
model = Decay()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(100):
    loss = model()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(f"step {step}: {loss.item():.5f}")
