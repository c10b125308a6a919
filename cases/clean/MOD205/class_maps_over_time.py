"""Right though unusual: when each of several events peaks is learnt as a distribution over time, axis 0."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
time = torch.linspace(0, 1, 40)
net = nn.Sequential(nn.Linear(5, 24), nn.Tanh(), nn.Linear(24, 3))
optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
for step in range(80):
    peaks = torch.rand(3)
    bumps = torch.exp(-((time[:, None] - peaks) ** 2) / 0.01)
    wanted = bumps / bumps.sum(0)
    signal = torch.cat([bumps, torch.sin(6 * time)[:, None], time[:, None]], dim=1)
    loss = F.kl_div(F.log_softmax(net(signal), dim=0), wanted, reduction="batchmean")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(f"step {step}: {loss.item():.4f}")
