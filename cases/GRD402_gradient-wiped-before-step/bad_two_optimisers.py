"""An autoencoder of noisy waves with one optimiser for each half, trained for a fixed number of updates."""

import math
from itertools import chain

import torch
from torch import nn


def waves(count, generator):
    phase = torch.rand(count, 1, generator=generator) * 2 * math.pi
    pitch = 1 + torch.rand(count, 1, generator=generator)
    time = torch.linspace(0, 2 * math.pi, 32)
    return torch.sin(pitch * time + phase) + 0.05 * torch.randn(count, 32, generator=generator)


torch.manual_seed(5)
source = torch.Generator().manual_seed(5)
encoder = nn.Sequential(nn.Linear(32, 24), nn.ELU(), nn.Linear(24, 4))
decoder = nn.Sequential(nn.Linear(4, 24), nn.ELU(), nn.Linear(24, 32))
optimisers = [
    torch.optim.Adam(encoder.parameters(), lr=2e-3),
    torch.optim.Adam(decoder.parameters(), lr=2e-3),
]

update = 0
while update < 300:
    clean = waves(64, source)
    restored = decoder(encoder(clean))
    error = (restored - clean).pow(2).mean()
    error.backward()
    for parameter in chain(encoder.parameters(), decoder.parameters()):
        parameter.grad = None  # expect: GRD402
    for optimiser in optimisers:
        optimiser.step()
    update += 1
    if update % 100 == 0:
        print(f"update {update}: error {error.item():.4f}")
