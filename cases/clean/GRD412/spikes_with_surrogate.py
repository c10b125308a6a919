"""Integrate-and-fire units: a step forward, the slope of a fast sigmoid backward."""

import torch
from torch import nn


class Spike(torch.autograd.Function):
    @staticmethod
    def forward(ctx, potential):
        ctx.save_for_backward(potential)
        return (potential > 0).to(potential.dtype)

    @staticmethod
    def backward(ctx, grad):
        (potential,) = ctx.saved_tensors
        return grad / (1 + 10 * potential.abs()) ** 2


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(8, 32), nn.Linear(32, 2)

    def forward(self, x):
        drive = self.first(x)
        potential = torch.zeros_like(drive)
        count = torch.zeros_like(drive)
        for _ in range(4):
            potential = 0.8 * potential + drive
            fired = Spike.apply(potential - 1)
            potential = potential - fired
            count = count + fired
        return self.second(count)


def main():
    torch.manual_seed(0)
    x = torch.randn(480, 8)
    y = (x[:, 0] * x[:, 1] + x[:, 2] > 0).long()
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(6):
        for rows in torch.randperm(480).split(40):
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.4f}")


main()
