"""Left or right turn of a spiral, by a recurrent network inside a small experiment class."""

import torch
from torch import nn


class Experiment:
    def __init__(self):
        self.rnn = nn.GRU(2, 16, batch_first=True)
        self.head = nn.Linear(16, 2)
        self.net = nn.ModuleList([self.rnn, self.head])
        self.optimizer = torch.optim.AdamW(self.net.parameters(), lr=5e-3)

    def scores(self, path):
        return self.head(self.rnn(path)[1][0])  # expect: EVA703

    def learn(self, batches):
        for path, turn in batches:
            loss = nn.functional.cross_entropy(self.scores(path), turn)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()

    def accuracy(self, batches):
        right = 0
        for path, turn in batches:
            right += (self.scores(path).argmax(1) == turn).sum().item()
        return right / sum(len(turn) for _, turn in batches)


def spirals(batches, size=24):
    made = []
    for _ in range(batches):
        turn = torch.randint(0, 2, (size,))
        angle = torch.arange(10.0) * 0.4 * (2 * turn[:, None] - 1) + 6.28 * torch.rand(size, 1)
        made.append((torch.stack([angle.cos(), angle.sin()], dim=2), turn))
    return made


torch.manual_seed(0)
experiment = Experiment()
train, test = spirals(12), spirals(4)
for epoch in range(5):
    experiment.learn(train)
    print(epoch, experiment.accuracy(test))
