"""A recurrent net whose activation lets no large gradient through."""

import torch
from torch import nn


class CalmTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.tanh(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return (grad * (1 - y**2)).clamp(-0.01, 0.01)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.recurrent, self.given, self.out = nn.Linear(16, 16), nn.Linear(2, 16), nn.Linear(16, 2)

    def forward(self, x):
        hidden = x.new_zeros(len(x), 16)
        for step in x.view(len(x), 4, 2).unbind(1):
            hidden = CalmTanh.apply(self.recurrent(hidden) + self.given(step))
        return self.out(hidden)


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
