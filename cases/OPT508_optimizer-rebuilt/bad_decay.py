"""Moons; the rate falls from epoch to epoch, by a trainer class."""

import torch
from sklearn.datasets import make_moons
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Trainer:
    def __init__(self, model, rate, decay):
        self.model, self.rate, self.decay = model, rate, decay
        self.loss = nn.BCEWithLogitsLoss()

    def configure(self, epoch):
        rate = self.rate * self.decay**epoch
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=rate, weight_decay=0.0)  # expect: OPT508

    def epoch(self, number, loader):
        self.configure(number)
        for batch in loader:
            points, moons = batch
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.loss(self.model(points).squeeze(1), moons)
            loss.backward()
            self.optimizer.step()
        return loss.item()

    def fit(self, loader, epochs):
        return [self.epoch(number, loader) for number in range(epochs)]


torch.manual_seed(2)
points, moons = make_moons(640, noise=0.15, random_state=2)
data = TensorDataset(torch.tensor(points).float(), torch.tensor(moons).float())
model = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))
losses = Trainer(model, 5e-3, 0.9).fit(DataLoader(data, batch_size=32, shuffle=True), 10)
print("losses:", ", ".join(f"{loss:.3f}" for loss in losses))
