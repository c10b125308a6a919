"""An autoencoder for short waves whose step decay was meant to come every ten epochs; each epoch is one method call."""

import torch
import torch.nn as nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset


class Trainer:
    def __init__(self, model, data, epochs=40):
        self.model, self.epochs = model, epochs
        self.loader = DataLoader(TensorDataset(data), batch_size=16, shuffle=True)
        self.optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
        self.scheduler = lr_scheduler.StepLR(self.optimizer, step_size=10, gamma=0.1)
        self.loss = nn.MSELoss()

    def step(self, x):
        self.optimizer.zero_grad()
        loss = self.loss(self.model(x), x)
        loss.backward()
        self.optimizer.step()
        self.scheduler.step()  # expect: OPT506
        return loss.item()

    def fit(self):
        for epoch in range(self.epochs):
            losses = [0.0]
            for (x,) in self.loader:
                losses.append(self.step(x))
            print(f"{epoch:3d} {sum(losses) / (len(losses) - 1):.5f}")


torch.manual_seed(3)
time = torch.linspace(0, 6.28, 32)
waves = torch.sin(time * (1 + 2 * torch.rand(480, 1)) + 6.28 * torch.rand(480, 1))
Trainer(nn.Sequential(nn.Linear(32, 8), nn.Tanh(), nn.Linear(8, 32)), waves).fit()
