"""Which of two marks came first in a long row: an LSTM, with small steps."""

import torch
from torch import nn

torch.manual_seed(0)


class First(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(1, 24, batch_first=True)
        self.out = nn.Linear(24, 2)

    def forward(self, row):
        states, _ = self.lstm(row)
        return self.out(states[:, -1])


net = First()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
for step in range(1000):
    label = torch.randint(2, (16,))
    row = 0.1 * torch.randn(16, 40, 1)
    row[:, 5, 0] += 2 * label - 1.0
    loss = nn.functional.cross_entropy(net(row), label)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 100 == 0:
        print(step, loss.item())
