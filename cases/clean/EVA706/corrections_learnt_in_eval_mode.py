"""Right though unusual: single corrected rows are learnt in eval mode, as BatchNorm can't take one row.

A desk of clerks corrects the predictions of each day; the nightly run goes on in train mode with the day's corrections.
"""

import torch
from torch import nn


class Desk:
    def __init__(self, features, classes):
        self.net = nn.Sequential(nn.Linear(features, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, classes))
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.05, momentum=0.5)
        self.rows, self.labels = [], []

    def _learn(self, x, y):
        self.optimizer.zero_grad()
        loss = nn.functional.cross_entropy(self.net(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def night(self, x, y, passes=2):
        self.net.train()
        if self.rows:
            x, y = torch.cat([x, *self.rows]), torch.cat([y, *self.labels])
        for _ in range(passes):
            for index in torch.randperm(len(x)).split(64):
                if len(index) > 1:
                    self._learn(x[index], y[index])

    def day(self, stream):
        self.net.eval()
        wrong = 0
        for x, y in stream:
            if self.net(x).argmax(1).item() != y.item():
                wrong += 1
                self._learn(x, y)
                self.rows.append(x)
                self.labels.append(y)
        return wrong


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(700, 6)
y = (x[:, 0] > 0).long() + (x[:, 1] > 0.5).long()
desk = Desk(6, 3)
for day in range(5):
    desk.night(x[:400], y[:400])
    todays = range(400 + 60 * day, 460 + 60 * day)
    wrong = desk.day((x[i : i + 1], y[i : i + 1]) for i in todays)
    print(f"day {day}: {wrong} of 60 corrected")
