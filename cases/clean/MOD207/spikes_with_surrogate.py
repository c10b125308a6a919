"""Integrate-and-fire units that begin silent; a surrogate carries the gradient through the spike."""

import torch
from torch import nn


class Spike(torch.autograd.Function):
    @staticmethod
    def forward(ctx, potential):
        ctx.save_for_backward(potential)
        return (potential > 0).float()

    @staticmethod
    def backward(ctx, gradient):
        (potential,) = ctx.saved_tensors
        return gradient / (1 + potential.abs()) ** 2


class Spiking(nn.Module):
    def __init__(self):
        super().__init__()
        self.inward = nn.Linear(10, 40)
        self.outward = nn.Linear(40, 2)

    def forward(self, x):
        potential, total = torch.zeros(len(x), 40), 0.0
        for _ in range(4):
            potential = 0.7 * potential + self.inward(x)
            total = total + Spike.apply(potential - 6.0)
        return self.outward(total)


torch.manual_seed(0)
x = torch.rand(400, 10)
y = (x[:, 0] > x[:, 1]).long()
model = Spiking()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(200):
    rows = torch.randint(0, 400, (50,))
    loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())
