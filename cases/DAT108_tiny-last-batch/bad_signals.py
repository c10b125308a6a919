"""Denoising short signals with a convolutional autoencoder whose code is normalised."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def signals(count):
    phase, speed = 6.3 * torch.rand(count, 1), 0.2 + 0.6 * torch.rand(count, 1)
    return torch.sin(phase + speed * torch.arange(16.0))


torch.manual_seed(8)
clean = signals(1002)
loader = DataLoader(TensorDataset(clean), batch_size=100, shuffle=True)
encoder = nn.Sequential(nn.Linear(16, 12), nn.ReLU(), nn.Linear(12, 4), nn.BatchNorm1d(4, affine=False))
decoder = nn.Sequential(nn.Linear(4, 12), nn.ReLU(), nn.Linear(12, 16))
optimizer = torch.optim.RMSprop([*encoder.parameters(), *decoder.parameters()], lr=2e-3)
epoch = 0
while epoch < 4:
    for (wave,) in loader:  # expect: DAT108
        noisy = wave + 0.1 * torch.randn_like(wave)
        error = (decoder(encoder(noisy)) - wave).square().mean()
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
    epoch += 1
    print(epoch, error.item())
