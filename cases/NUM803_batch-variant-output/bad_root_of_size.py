"""Short signals of two shapes, told apart by a small transformer whose scores are scaled by the root of a length."""

import math

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Attention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))

    def forward(self, steps):
        scores = self.query(steps) @ self.key(steps).transpose(1, 2)
        return steps + (scores / math.sqrt(steps.size(0))).softmax(-1) @ self.value(steps)


class Signals(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.enter = nn.Linear(1, width)
        self.place = nn.Parameter(torch.randn(20, width))
        self.attend = Attention(width)
        self.head = nn.Linear(width, 2)

    def forward(self, signal):
        steps = self.enter(signal.unsqueeze(-1)) + self.place
        return self.head(self.attend(steps).mean(1))


torch.manual_seed(3)
phase = 6.28 * torch.rand(800, 1)
time = torch.linspace(0, 12, 20)
kind = torch.randint(0, 2, (800,))
wave = torch.sin(time + phase)
signals = torch.where(kind[:, None] == 1, wave.sign(), wave) + 0.1 * torch.randn(800, 20)
loader = DataLoader(TensorDataset(signals, kind), 40, shuffle=True)
model = Signals()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(5):
    for signal, label in loader:
        out = model(signal)  # expect: NUM803
        loss = nn.functional.cross_entropy(out, label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
