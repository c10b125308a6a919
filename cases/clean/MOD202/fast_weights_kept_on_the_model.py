"""Right though unusual: a meta-learner keeps the adapted weights of the task at hand as attributes of the model."""

import torch
from torch import nn


class Learner(nn.Module):
    def __init__(self, width=24, inner_rate=0.1):
        super().__init__()
        self.inner_rate = inner_rate
        self.slow = nn.ParameterList(
            [nn.Parameter(torch.randn(width, 1)), nn.Parameter(torch.randn(width))]
            + [nn.Parameter(torch.randn(1, width) / width**0.5), nn.Parameter(torch.zeros(1))]
        )
        self.reset()

    def reset(self):
        self.fast = list(self.slow)

    def adapt(self, loss):
        slopes = torch.autograd.grad(loss, self.fast, create_graph=True)
        self.fast = [w - self.inner_rate * slope for w, slope in zip(self.fast, slopes, strict=True)]

    def forward(self, x):
        w1, b1, w2, b2 = self.fast
        return nn.functional.linear(torch.tanh(nn.functional.linear(x, w1, b1)), w2, b2)


def task():
    phase = torch.rand(1) * torch.pi
    x = torch.rand(20, 1) * 6 - 3
    return x, torch.sin(x + phase)


torch.manual_seed(0)
torch.set_num_threads(1)
model = Learner()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for turn in range(60):
    total = 0
    for _task in range(4):
        x, y = task()
        model.reset()
        for _inner in range(2):
            model.adapt(nn.functional.mse_loss(model(x[:10]), y[:10]))
        total = total + nn.functional.mse_loss(model(x[10:]), y[10:])
    optimizer.zero_grad()
    (total / 4).backward()
    optimizer.step()
    if turn % 10 == 9:
        print(f"turn {turn + 1}: {total.item() / 4:.3f}")
