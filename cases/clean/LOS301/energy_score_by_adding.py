"""Draws of a river's level that are to be spread like the measured ones; the spread is rewarded by a negative weight."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(1)
levels = 0.7 * torch.randn(1500) + 0.5 * (torch.rand(1500) < 0.3).float()
net = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Linear(24, 1))
opt = torch.optim.Adam(net.parameters(), lr=5e-3)
spread_weight = -0.5

for round_number in range(100):
    batch = levels[torch.randint(0, len(levels), (48,))]
    sample = net(torch.randn(48, 4))
    distance = (sample - batch).abs().mean()
    own = F.pdist(sample, p=1).mean() * 47 / 48
    objective = distance + spread_weight * own
    opt.zero_grad()
    objective.backward()
    opt.step()
print(f"mean {sample.mean().item():.2f} of {levels.mean().item():.2f}")
