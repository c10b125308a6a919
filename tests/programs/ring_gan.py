"""A GAN that learns points on a ring: two optimisers in one loop, the fakes detached for the critic."""

import math
import os

import torch
from torch import nn


def ring(n):
    """n points (n, 2) near the unit circle."""
    angle = 2 * math.pi * torch.rand(n)
    return torch.stack([angle.cos(), angle.sin()], dim=1) + 0.05 * torch.randn(n, 2)


class Generator(nn.Module):
    def __init__(self, latent):
        super().__init__()
        self.latent = latent
        self.net = nn.Sequential(
            nn.Linear(latent, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 2)
        )

    def forward(self, n):
        return self.net(torch.randn(n, self.latent))


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(2, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1)
        )

    def forward(self, points):
        return self.net(points).squeeze(1)


def main():
    torch.manual_seed(2)
    data = ring(4096)
    loader = torch.utils.data.DataLoader(data, batch_size=128, shuffle=True, drop_last=True)
    netG, netD = Generator(8), Critic()
    optG = torch.optim.Adam(netG.parameters(), lr=1e-3, betas=(0.5, 0.999))
    optD = torch.optim.Adam(netD.parameters(), lr=1e-3, betas=(0.5, 0.999))
    bce = nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(128), torch.zeros(128)
    os.makedirs("ring", exist_ok=True)

    for epoch in range(20):
        for i, real in enumerate(loader):
            # The critic: real points against fakes that carry no graph.
            netD.zero_grad()
            loss_real = bce(netD(real), ones)
            loss_real.backward()
            fake = netG(128)
            loss_fake = bce(netD(fake.detach()), zeros)
            loss_fake.backward()
            optD.step()

            # The generator: make the critic say "real".
            netG.zero_grad()
            loss_g = bce(netD(fake), ones)
            loss_g.backward()
            optG.step()
            if i == 0:
                print(f"epoch {epoch:2d} D {loss_real.item() + loss_fake.item():.3f} G {loss_g.item():.3f}")
        netG.eval()
        with torch.no_grad():
            radius = netG(512).norm(dim=1)
        netG.train()

    torch.save({"G": netG.state_dict(), "D": netD.state_dict()}, "ring/gan.pth")
    torch.save(radius, "ring/radius.pth")
    print(f"done: ring of radius {radius.mean():.2f} +- {radius.std():.2f}")


main()
