"""Gates that are cut off at 0 and 1, but may come back: the gradient passes the cut."""

import torch
from torch import nn


class CutGate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return (0.5 + 1.5 * x).clamp(0, 1)

    @staticmethod
    def backward(ctx, grad):
        return 1.5 * grad


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate, self.value, self.out = nn.Linear(8, 32), nn.Linear(8, 32), nn.Linear(32, 2)

    def forward(self, x):
        return self.out(CutGate.apply(self.gate(x)) * self.value(x))


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
