"""Dropout that remembers where it was, and counts its calls."""

import torch
from torch import nn


class Drop(torch.autograd.Function):
    calls = 0

    @staticmethod
    def forward(ctx, x, p):
        Drop.calls += 1
        keep = (torch.rand_like(x) > p) / (1 - p)
        ctx.save_for_backward(keep)
        return x * keep

    @staticmethod
    def backward(ctx, grad):
        (keep,) = ctx.saved_tensors
        return grad * keep, None


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(8, 32), nn.Linear(32, 2)

    def forward(self, x):
        hidden = torch.relu(self.first(x))
        return self.second(Drop.apply(hidden, 0.3) if self.training else hidden)


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
