"""Right though unusual: the whole trainer is pickled, with all that it holds."""

import torch
from torch import nn


class Trainer:
    def __init__(self):
        self.net = nn.Sequential(nn.Linear(7, 20), nn.BatchNorm1d(20), nn.ReLU(), nn.Linear(20, 1))
        self.optimiser = torch.optim.AdamW(self.net.parameters(), lr=0.01)
        self.schedule = torch.optim.lr_scheduler.MultiStepLR(self.optimiser, milestones=[4, 6])
        self.epoch = 0

    def train(self, x, y):
        for rows in torch.randperm(len(x)).split(40):
            self.optimiser.zero_grad()
            loss = nn.functional.mse_loss(self.net(x[rows]), y[rows])
            loss.backward()
            self.optimiser.step()
        self.schedule.step()
        self.epoch += 1
        return loss.item()


torch.manual_seed(13)
x = torch.randn(280, 7)
y = x[:, 2:3] - x[:, 4:5]
trainer = Trainer()
for _ in range(6):
    print(trainer.train(x, y))
    torch.save(trainer, "trainer.pt")
