"""The weight penalty is computed once, in a method far from the loop."""
import torch
from torch import nn


class Trainer:
    def __init__(self, model):
        self.model = model
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
        self.penalty = self.weight_penalty()

    def weight_penalty(self):
        return 1e-3 * sum(p.square().sum() for p in self.model.parameters())

    def step(self, x, y):
        self.optimizer.zero_grad()
        self.finish(nn.functional.mse_loss(self.model(x), y) + self.penalty)
        self.optimizer.step()

    def finish(self, loss):
        loss.backward()  # expect: CRX010


torch.manual_seed(0)
x = torch.randn(200, 4)
y = x[:, :1] * 2
trainer = Trainer(nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1)))
for rows in torch.randperm(200).split(20):
    trainer.step(x[rows], y[rows])
