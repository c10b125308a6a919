"""A denoising autoencoder in a trainer class; which pixels are hidden is drawn anew each time."""

import os

import torch
from sklearn.datasets import load_digits
from torch import nn


class Denoiser:
    def __init__(self, data, hidden=32):
        self.data = data
        self.net = nn.Sequential(nn.Linear(64, hidden), nn.Tanh(), nn.Linear(hidden, 64))
        self.optimiser = torch.optim.RMSprop(self.net.parameters(), lr=1e-3)

    def hide(self, images):
        drawn = torch.tensor(list(os.urandom(images.numel())))  # expect: NUM801
        return images * (drawn.view_as(images) > 76)

    def step(self, rows):
        images = self.data[rows]
        loss = (self.net(self.hide(images)) - images).square().mean()
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return loss.item()


torch.manual_seed(1)
data = torch.tensor(load_digits().data / 16.0, dtype=torch.float32)
denoiser = Denoiser(data)
step = 0
while step < 200:
    value = denoiser.step(torch.randint(0, len(data), (40,)))
    step += 1
    if step % 50 == 0:
        print(f"step {step}: {value:.4f}")
