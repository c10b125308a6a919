"""A trainer with callbacks; one of them bounds the gradients."""

import torch
from torch import nn


class ClipValue:
    def __init__(self, limit):
        self.limit = limit

    def on_batch_end(self, trainer):
        nn.utils.clip_grad_value_(trainer.model.parameters(), self.limit)  # expect: GRD407


class Trainer:
    def __init__(self, model, callbacks):
        self.model, self.callbacks = model, callbacks
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

    def fit(self, x, y, epochs):
        for epoch in range(epochs):
            for rows in torch.randperm(len(x)).split(32):
                self.optimizer.zero_grad()
                loss = nn.functional.mse_loss(self.model(x[rows]), y[rows])
                loss.backward()
                self.optimizer.step()
                for callback in self.callbacks:
                    callback.on_batch_end(self)
            print(f"epoch {epoch}: {loss.item():.4f}")


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(320, 6)
y = 2 * x[:, :1] - x[:, 1:2] * x[:, 2:3]
net = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 1))
Trainer(net, [ClipValue(0.01)]).fit(x, y, 4)
