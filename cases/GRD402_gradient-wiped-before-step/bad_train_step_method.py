"""A sequence classifier with its training step as a method, logging between its parts."""

import torch
from torch import nn


class Learner:
    def __init__(self):
        self.rnn, self.out = nn.GRU(3, 16, batch_first=True), nn.Linear(16, 2)
        self.parameters = [*self.rnn.parameters(), *self.out.parameters()]
        self.optimizer = torch.optim.Adam(self.parameters, lr=1e-2)
        self.history = []

    def compute(self, x, y):
        loss = nn.functional.cross_entropy(self.out(self.rnn(x)[1][-1]), y)
        loss.backward()
        return loss.item()

    def prepare(self):
        for parameter in self.parameters:
            parameter.grad = None  # expect: GRD402

    def update(self, x, y):
        self.history.append(self.compute(x, y))
        self.prepare()
        self.optimizer.step()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(300, 6, 3)
y = (x[:, -1, 0] > 0).long()
learner = Learner()
for rows in torch.randint(0, 300, (60, 30)):
    learner.update(x[rows], y[rows])
print(f"{sum(learner.history[-10:]) / 10:.4f}")
