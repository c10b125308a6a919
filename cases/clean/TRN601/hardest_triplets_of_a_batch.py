"""Batch-hard triplets mined in the batch, loop inside a class with counters as attributes."""

from typing import ClassVar

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Miner:
    def __init__(self, margin=0.3):
        self.margin, self.calls = margin, 0

    def __call__(self, e, y):
        self.calls += 1
        d = torch.cdist(e, e)
        same = y[:, None] == y[None]
        pos = (d * same).max(1).values
        neg = d.masked_fill(same, 1e9).min(1).values
        return torch.relu(pos - neg + self.margin).mean()


class Trainer:
    global_step = 0
    history: ClassVar[list[float]] = []

    def __init__(self):
        torch.manual_seed(2)
        x = torch.randn(320, 12)
        y = (x[:, 0] > 0).long() * 2 + (x[:, 1] > 0).long()
        self.loader = DataLoader(TensorDataset(x, y), 32, shuffle=True)
        self.net = nn.Sequential(nn.Linear(12, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 8))
        self.opt = torch.optim.Adam(self.net.parameters(), 1e-3)
        self.loss = Miner()

    def fit(self, epochs):
        for self.epoch in range(epochs):
            self.net.train()
            for x, y in self.loader:
                self._step(x, y)
            print(self.epoch, Trainer.global_step, self.loss.calls, Trainer.history[-1])

    def _step(self, x, y):
        self.opt.zero_grad()
        loss = self.loss(nn.functional.normalize(self.net(x), dim=1), y)
        loss.backward()
        self.opt.step()
        Trainer.global_step += 1
        Trainer.history.append(float(loss))


Trainer().fit(5)
