"""An autoencoder of handwritten digits whose trainer keeps the codes of all batches."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 96), nn.Tanh(), nn.Linear(96, 32))
        self.decoder = nn.Sequential(nn.Linear(32, 96), nn.Tanh(), nn.Linear(96, 64))

    def forward(self, images):
        code = self.encoder(images)  # expect: PRF003
        return code, self.decoder(code)


class Trainer:
    def __init__(self, images, batch):
        self.images = images
        self.batch = batch
        self.network = Autoencoder()
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=2e-3)
        self.codes = []

    def step(self, images):
        code, rebuilt = self.network(images)
        self.codes.append(code)
        loss = F.mse_loss(rebuilt, images)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return float(loss)

    def train(self, epochs):
        for epoch in range(epochs):
            order = torch.randperm(len(self.images))
            losses = [self.step(self.images[part]) for part in order.split(self.batch)]
            if epoch % 50 == 0:
                print(epoch, round(sum(losses) / len(losses), 4))
        return torch.cat(self.codes[-5:]).detach().std(dim=0)


torch.manual_seed(2)
digits = torch.tensor(load_digits().data, dtype=torch.float32) / 16
print("spread of the codes:", Trainer(digits, batch=64).train(epochs=6000))
