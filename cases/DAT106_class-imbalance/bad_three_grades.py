"""Grades of ore from spectra; two of the three are rare."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Ore(Dataset):
    def __init__(self, count):
        self.grade = torch.multinomial(torch.tensor([0.05, 0.9, 0.05]), count, replacement=True)
        self.spectrum = torch.randn(count, 10) + F.one_hot(self.grade, 10) * 2

    def __len__(self):
        return len(self.grade)

    def __getitem__(self, index):
        return {"spectrum": self.spectrum[index], "grade": self.grade[index]}


class Trainer:
    def __init__(self):
        torch.manual_seed(3)
        self.loader = DataLoader(Ore(900), batch_size=60, shuffle=True)
        self.model = nn.Sequential(nn.Linear(10, 20), nn.Tanh(), nn.Linear(20, 3))
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)

    def fit(self, epochs):
        for epoch in range(epochs):
            for number, batch in enumerate(self.loader):  # expect: DAT106
                loss = F.cross_entropy(self.model(batch["spectrum"]), batch["grade"])
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
            print(epoch, number, loss.item())


Trainer().fit(3)
