"""A smoothed loss decides when to stop; batches are drawn without a loader, with mixed precision's scaler in place."""

import torch
from torch import nn

torch.manual_seed(1)
network = nn.Sequential(nn.Linear(2, 32), nn.SiLU(), nn.Linear(32, 2))
scaler = torch.amp.GradScaler("cpu", enabled=False)
optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3)
smooth = None
step = 0
while step < 150 and (smooth is None or smooth > 0.05):
    points = torch.rand(64, 2) * 2 - 1
    inside = (points.square().sum(1) < 0.6).long()
    error = nn.functional.cross_entropy(network(points), inside)
    optimizer.zero_grad(set_to_none=True)
    scaler.scale(error).backward()
    scaler.step(optimizer)
    scaler.update()
    if smooth is None:
        smooth = error.detach()
    smooth = 0.95 * smooth + 0.05 * error  # expect: LOS310
    step += 1
print(step, float(smooth))
