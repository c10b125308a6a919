"""Moons, by a trainer that prepares its epochs."""

import torch
from sklearn.datasets import make_moons
from torch import nn
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader, TensorDataset


class Trainer:
    def __init__(self, model, epochs):
        self.model, self.epochs = model, epochs
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
        self.scheduler = LambdaLR(self.optimizer, lambda epoch: 1.0 - epoch / (epochs + 1))

    def on_epoch_start(self):
        self.scheduler.step()  # expect: OPT507
        self.model.train()

    def fit(self, loader):
        for epoch in range(self.epochs):
            self.on_epoch_start()
            for batch in loader:
                loss = self.training_step(*batch)
            print(f"epoch {epoch}: {loss:.3f}")

    def training_step(self, points, moons):
        loss = nn.functional.binary_cross_entropy_with_logits(self.model(points).squeeze(1), moons)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()


torch.manual_seed(2)
points, moons = make_moons(640, noise=0.15, random_state=2)
data = TensorDataset(torch.tensor(points).float(), torch.tensor(moons).float())
model = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))
Trainer(model, 10).fit(DataLoader(data, batch_size=32, shuffle=True))
