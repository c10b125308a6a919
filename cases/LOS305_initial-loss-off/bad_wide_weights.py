"""Seven kinds of weather from five days of six readings: convolutions over time, weights drawn by hand."""

import torch
from torch import nn, optim

torch.manual_seed(44)
KINDS, DAYS, READINGS = 7, 5, 6


def draw(module):
    if isinstance(module, nn.Linear | nn.Conv1d):
        nn.init.normal_(module.weight, std=0.6)
        nn.init.zeros_(module.bias)


def seasons(count):
    profiles = torch.randn(KINDS, READINGS, DAYS, generator=torch.Generator().manual_seed(7))
    kind = torch.randint(0, KINDS, (count,))
    return profiles[kind] + 0.8 * torch.randn(count, READINGS, DAYS), kind


network = nn.Sequential(
    nn.Conv1d(READINGS, 24, kernel_size=3),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(72, 32),
    nn.ReLU(),
    nn.Linear(32, KINDS),
)
network.apply(draw)
criterion = nn.NLLLoss()
optimizer = optim.Adam(network.parameters(), lr=2e-3)
readings, kinds = seasons(700)

step, epoch_rows = 0, iter(())
while step < 100:
    rows = next(epoch_rows, None)
    if rows is None:
        epoch_rows = iter(torch.randperm(700).split(35))
        continue
    log_shares = torch.log_softmax(network(readings[rows]), dim=1)
    loss = criterion(log_shares, kinds[rows])  # expect: LOS305
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    step += 1
    if step % 25 == 0:
        print(f"step {step}: loss {loss.item():.3f}")

with torch.no_grad():
    readings, kinds = seasons(200)
    print(f"new seasons: {(network(readings).argmax(1) == kinds).float().mean():.3f}")
