"""A trainer builds its optimiser and then resets the network by building it anew."""

import torch
from torch import nn


class Trainer:
    def __init__(self, width):
        self.width = width
        self.reset()
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=1e-2)  # expect: OPT502

    def reset(self):
        torch.manual_seed(0)
        self.net = nn.Sequential(nn.Linear(4, self.width), nn.ReLU(), nn.Linear(self.width, 1))

    def fit(self, x, y, epochs):
        self.reset()
        for epoch in range(epochs):
            for rows in torch.randperm(len(x)).split(32):
                self.optimizer.zero_grad()
                loss = nn.functional.mse_loss(self.net(x[rows]), y[rows])
                loss.backward()
                self.optimizer.step()
            print(f"epoch {epoch}: {loss.item():.3f}")


torch.manual_seed(1)
torch.set_num_threads(1)
x = torch.randn(320, 4)
Trainer(32).fit(x, x[:, :1] - 2 * x[:, 1:2].relu(), epochs=8)
