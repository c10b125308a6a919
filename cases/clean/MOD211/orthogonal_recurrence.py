"""A recurrent network by hand with an orthogonal matrix: adds two marked numbers of a row."""

import torch
from torch import nn

torch.manual_seed(0)


class Adder(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.read = nn.Linear(2, width)
        self.step = nn.Linear(width, width, bias=False)
        self.out = nn.Linear(width, 1)
        nn.init.orthogonal_(self.step.weight)
        nn.init.normal_(self.out.weight, std=0.001)

    def forward(self, row):
        state = torch.zeros(len(row), 32)
        for time in range(row.shape[1]):
            state = torch.tanh(self.read(row[:, time]) + self.step(state))
        return self.out(state).squeeze(1)


def draw(amount, length=20):
    numbers = torch.rand(amount, length)
    marks = torch.zeros(amount, length)
    marks[torch.arange(amount), torch.randint(length // 2, (amount,))] = 1
    marks[torch.arange(amount), torch.randint(length // 2, length, (amount,))] = 1
    return torch.stack([numbers, marks], dim=2), (numbers * marks).sum(1)


net = Adder()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
for step in range(2000):
    rows, sums = draw(32)
    loss = (net(rows) - sums).square().mean()
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimizer.step()
    if step % 200 == 0:
        print(step, loss.item())
