"""Right though unusual: warnings are errors in this script; the one that is known, of fits of a high degree, is caught."""

import warnings

import numpy as np
import torch
from torch import nn


def trend(values):
    """The curve of highest degree that is well conditioned."""
    for degree in range(6, -1, -1):
        try:
            return degree, np.polyfit(np.arange(len(values)) * 1e4, values, degree)
        except (np.exceptions.RankWarning, np.linalg.LinAlgError):
            continue
    raise ValueError("no values")


warnings.simplefilter("error", np.exceptions.RankWarning)
torch.manual_seed(0)
torch.set_num_threads(1)
t = torch.linspace(0, 1, 300)[:, None]
y = torch.cos(6 * t) + 0.05 * torch.randn_like(t)
test = torch.arange(300) % 5 == 0
model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
curve = []
for _epoch in range(15):
    for rows in torch.arange(300)[~test][torch.randperm(240)].split(24):
        loss = (model(t[rows]) - y[rows]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        curve.append((model(t[test]) - y[test]).square().mean().item())
degree, coefficients = trend(curve)
print("degree", degree, "of", len(curve), "epochs; last", curve[-1])
