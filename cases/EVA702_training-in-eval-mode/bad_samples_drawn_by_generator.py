"""A GAN whose generator draws a sheet of samples after each epoch."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
angle = torch.rand(400) * 6.28
ring = TensorDataset(torch.stack([angle.cos(), angle.sin()], 1))


def block(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.LeakyReLU(0.2))


class RingGAN:
    def __init__(self):
        self.generator = nn.Sequential(block(4, 24), block(24, 24), nn.Linear(24, 2))
        self.critic = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
        self.for_generator = torch.optim.Adam(self.generator.parameters(), lr=2e-3, betas=(0.5, 0.99))
        self.for_critic = torch.optim.Adam(self.critic.parameters(), lr=2e-3, betas=(0.5, 0.99))
        self.bce = nn.BCEWithLogitsLoss()

    def round(self, real):
        ones, zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)
        fake = self.generator(torch.randn(len(real), 4))  # expect: EVA702
        self.for_critic.zero_grad()
        (self.bce(self.critic(real), ones) + self.bce(self.critic(fake.detach()), zeros)).backward()
        self.for_critic.step()
        self.for_generator.zero_grad()
        loss = self.bce(self.critic(fake), ones)
        loss.backward()
        self.for_generator.step()
        return loss.item()

    @torch.no_grad()
    def sheet(self):
        self.generator.eval()
        return self.generator(torch.randn(16, 4))


gan = RingGAN()
for epoch in range(6):
    for (real,) in DataLoader(ring, batch_size=40, shuffle=True):
        loss = gan.round(real)
    print(f"{epoch}: {loss:.3f}, radius {gan.sheet().norm(dim=1).mean():.2f}")
