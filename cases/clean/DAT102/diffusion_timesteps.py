"""A denoiser gets noisy points and the time step as a float of 0..999, which it turns into waves."""

import math

import torch
from torch import nn

torch.manual_seed(0)
STEPS = 1000
alphas = torch.cumprod(1 - torch.linspace(1e-4, 0.02, STEPS), dim=0)


class Denoiser(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.inner = nn.Linear(2 + 32, width)
        self.hidden = nn.Linear(width, width)
        self.out = nn.Linear(width, 2)

    def forward(self, noisy, time):
        frequencies = torch.exp(-math.log(10000.0) * torch.arange(16) / 16)
        angles = time[:, None] * frequencies
        x = torch.cat([noisy, angles.sin(), angles.cos()], dim=1)
        x = torch.nn.functional.silu(self.inner(x))
        return self.out(torch.nn.functional.silu(self.hidden(x)))


angle = 2 * math.pi * torch.rand(2000)
circle = torch.stack([angle.cos(), angle.sin()], dim=1) + 0.05 * torch.randn(2000, 2)
model = Denoiser()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for iteration in range(3000):
    clean = circle[torch.randint(len(circle), (128,))]
    step = torch.randint(STEPS, (128,))
    noise = torch.randn_like(clean)
    noisy = alphas[step, None].sqrt() * clean + (1 - alphas[step, None]).sqrt() * noise
    loss = (model(noisy, step.float()) - noise).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if iteration % 500 == 0:
        print(iteration, loss.item())
