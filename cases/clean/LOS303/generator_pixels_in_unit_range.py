"""Right: a generator paints pixels in 0..1 through a sigmoid; the discriminator gives logits."""

import torch
from torch import nn

torch.manual_seed(6)
torch.set_num_threads(1)
ramp = torch.linspace(0, 1, 12)
generator = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 12), nn.Sigmoid())
discriminator = nn.Sequential(nn.Linear(12, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1), nn.Flatten(0))
g_opt = torch.optim.Adam(generator.parameters(), lr=2e-3, betas=(0.5, 0.9))
d_opt = torch.optim.Adam(discriminator.parameters(), lr=2e-3, betas=(0.5, 0.9))
bce = nn.BCEWithLogitsLoss()


def real_batch(n):
    return (ramp * torch.rand(n, 1) + 0.02 * torch.randn(n, 12)).clamp(0, 1)


for it in range(1, 121):
    real, fake = real_batch(32), generator(torch.randn(32, 4))
    d_loss = bce(discriminator(real), torch.full((32,), 0.9)) + bce(discriminator(fake.detach()), torch.zeros(32))
    d_opt.zero_grad()
    d_loss.backward()
    d_opt.step()
    g_loss = bce(discriminator(fake), torch.ones(32))
    g_opt.zero_grad()
    g_loss.backward()
    g_opt.step()
    if it % 40 == 0:
        print(f"{it}: d {d_loss.item():.3f} g {g_loss.item():.3f} mean pixel {fake.mean().item():.3f}")
