"""Is the pump worn? Test pumps are drawn from the records; a class-based trainer with next()."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset


def records(rng):
    worn = rng.integers(0, 2, 1600)
    pressure = rng.normal(size=(1600, 10)) + 0.5 * worn[:, None] * np.linspace(-1, 1, 10)
    return TensorDataset(torch.tensor(pressure, dtype=torch.float32), torch.tensor(worn, dtype=torch.float32))


class Trainer:
    def __init__(self, train, test):
        self.train, self.test = train, test
        self.net = nn.Sequential(nn.Linear(10, 24), nn.GELU(), nn.Linear(24, 1), nn.Flatten(0))
        self.optimiser = torch.optim.SGD(self.net.parameters(), lr=0.1, momentum=0.9)
        self.criterion = nn.BCEWithLogitsLoss()

    def epoch(self):
        self.net.train()
        stream = iter(self.train)
        for _ in range(len(self.train)):
            pressure, worn = next(stream)
            self.optimiser.zero_grad()
            self.criterion(self.net(pressure), worn).backward()
            self.optimiser.step()

    @torch.no_grad()
    def score(self):
        self.net.eval()
        total = 0.0
        for pressure, worn in self.test:
            total += self.criterion(self.net(pressure), worn).item() * len(worn)
        return total / len(self.test.dataset)


rng = np.random.default_rng(4)
torch.manual_seed(4)
data = records(rng)
train_part = Subset(data, range(1200))
test_part = Subset(data, range(1200, 1600))
trainer = Trainer(DataLoader(train_part, 24, shuffle=True), DataLoader(test_part, 200))
for number in range(6):
    trainer.epoch()
    print(number, f"{trainer.score():.3f}")
