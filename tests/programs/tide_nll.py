"""Forecasts with error bars: a GRU that gives mean and variance, batches drawn with a NumPy generator."""

import numpy as np
import torch
from torch import nn

WINDOW, BATCH, STEPS = 32, 64, 800
rng = np.random.default_rng(12)


def level(hours):
    """Two tides and their noise, which is larger at high water."""
    tide = np.sin(2 * np.pi * hours / 12.42) + 0.4 * np.sin(2 * np.pi * hours / 24.0 + 1.0)
    return tide + (0.03 + 0.03 * (tide > 0.5)) * rng.standard_normal(len(hours))


series = level(np.arange(4000) * 0.5).astype(np.float32)
train, held_out = series[:3200], series[3200:]


class Forecaster(nn.Module):
    def __init__(self, hidden=24):
        super().__init__()
        self.gru = nn.GRU(1, hidden, batch_first=True)
        self.mean = nn.Linear(hidden, 1)
        self.raw_variance = nn.Linear(hidden, 1)

    def forward(self, x):
        h = self.gru(x.unsqueeze(-1))[0][:, -1]
        return self.mean(h).squeeze(1), nn.functional.softplus(self.raw_variance(h)).squeeze(1) + 1e-6


def windows(values, starts):
    picked = values[starts[:, None] + np.arange(WINDOW + 1)]
    return torch.from_numpy(picked[:, :-1]), torch.from_numpy(picked[:, -1])


model = Forecaster()
nll = nn.GaussianNLLLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[500, 700], gamma=0.3)
for it in range(1, STEPS + 1):
    x, y = windows(train, rng.integers(0, len(train) - WINDOW, size=BATCH))
    mean, variance = model(x)
    loss = nll(mean, y, variance)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5.0)
    optimizer.step()
    scheduler.step()
    if it % 200 == 0:
        print(it, round(loss.item(), 3))

model.eval()
with torch.no_grad():
    x, y = windows(held_out, np.arange(len(held_out) - WINDOW))
    mean, variance = model(x)
    held_out_nll = nll(mean, y, variance).item()
    inside = ((y - mean).abs() < 2 * variance.sqrt()).float().mean().item()
np.savez("tide_forecast.npz", mean=mean.numpy(), variance=variance.numpy(), level=y.numpy())
print(f"done: {held_out_nll:.3f} nats, {inside:.1%} within two standard deviations")
