"""Features that serve the task and tell nothing of the domain: the domain head's gradient is turned round."""

import torch
from torch import nn


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, features, strength):
        ctx.strength = strength
        return features * 1.0

    @staticmethod
    def backward(ctx, grad):
        return -ctx.strength * grad, None


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, 32), nn.ReLU())
        self.task, self.domain = nn.Linear(32, 2), nn.Linear(32, 2)

    def forward(self, x):
        features = self.body(x)
        return self.task(features), self.domain(Reverse.apply(features, 0.3))


def main():
    torch.manual_seed(0)
    x = torch.randn(480, 8)
    y = (x[:, 0] * x[:, 1] + x[:, 2] > 0).long()
    d = (x[:, 3] > 0).long()
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(6):
        for rows in torch.randperm(480).split(40):
            loss = sum(map(nn.functional.cross_entropy, model(x[rows]), (y[rows], d[rows])))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.4f}")


main()
