"""Weights on a grid whose step is learned: the gradient goes straight through the rounding."""

import torch
from torch import nn


class LearnedStep(torch.autograd.Function):
    @staticmethod
    def forward(ctx, weight, step):
        ctx.save_for_backward(weight, step)
        return torch.clamp((weight / step).round(), -4, 3) * step

    @staticmethod
    def backward(ctx, grad):
        weight, step = ctx.saved_tensors
        ratio = weight / step
        inside = (ratio > -4) & (ratio < 3)
        local = torch.where(inside, ratio.round() - ratio, ratio.clamp(-4, 3))
        return grad * inside, (grad * local).sum() / weight.numel() ** 0.5


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(8, 32), nn.Linear(32, 2)
        self.step = nn.Parameter(torch.tensor(0.1))

    def forward(self, x):
        weight = LearnedStep.apply(self.first.weight, self.step)
        return self.second(torch.relu(nn.functional.linear(x, weight, self.first.bias)))


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
