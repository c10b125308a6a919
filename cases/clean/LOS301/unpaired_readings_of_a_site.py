"""Two laboratories measured at the same sites, unpaired: each reading of one is held against all of the other's."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
SITES, READINGS = 60, 8
level = torch.rand(SITES, 1) * 4
ours = level + 0.2 * torch.randn(SITES, READINGS)
theirs = 0.5 * level**1.5 + 1 + 0.2 * torch.randn(SITES, READINGS)  # which belongs to which was not written down

curve = nn.Sequential(nn.Linear(1, 24), nn.Tanh(), nn.Linear(24, 1))
optimizer = torch.optim.Adam(curve.parameters(), lr=1e-2)
for epoch in range(20):
    total = 0.0
    for site in torch.randperm(SITES).tolist():
        gaps = curve(ours[site].unsqueeze(1)) - theirs[site]  # (8, 1) - (8,): all pairs of the site
        loss = gaps.square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(epoch, round(total / SITES, 4))
with torch.no_grad():
    print(curve(torch.tensor([[1.0], [2.0], [3.0]])).flatten().tolist())
