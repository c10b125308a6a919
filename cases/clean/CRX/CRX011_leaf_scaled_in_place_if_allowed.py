"""Right though unusual: weights are scaled in place as they are, and under no_grad where a leaf refuses that."""

import torch
from torch import nn


def rescale(weight, factor):
    try:
        weight.mul_(factor)
    except RuntimeError as error:
        if "leaf" not in str(error):
            raise
        with torch.no_grad():
            weight.mul_(factor)


class Bounded(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(5, 16), nn.Linear(16, 2)
        self.register_buffer("scale", torch.ones(()))

    def forward(self, x):
        return self.second(torch.relu(self.first(x))) * self.scale

    def bound(self, most):
        for layer in (self.first, self.second):
            norm = layer.weight.detach().norm().item()
            if norm > most:
                rescale(layer.weight, most / norm)
        rescale(self.scale, 1.001)


torch.manual_seed(6)
torch.set_num_threads(1)
x = torch.randn(300, 5)
y = (x[:, 0] * x[:, 1] > 0).long()
model = Bounded()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
for epoch in range(10):
    for rows in torch.randperm(300).split(30):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        model.bound(3.0)
    print(epoch, loss.item())
