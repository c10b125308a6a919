"""Rare events with a focal loss in float16: what is easy is weighted down to almost nothing, and that is the aim."""

import torch
from torch import nn

torch.manual_seed(9)
x = torch.randn(4000, 12)
y = (x[:, 0] + x[:, 1] - x[:, 2] > 2.6).float()

model = nn.Sequential(nn.Linear(12, 64), nn.GELU(), nn.Linear(64, 64), nn.GELU(), nn.Linear(64, 1))
nn.init.constant_(model[-1].bias, -2.6)
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
for epoch in range(20):
    for rows in torch.randperm(3600).split(200):
        with torch.autocast("cpu", dtype=torch.float16):
            score = model(x[rows]).squeeze(1).float()
            entropy = nn.functional.binary_cross_entropy_with_logits(score, y[rows], reduction="none")
            loss = ((1 - torch.exp(-entropy)).pow(2) * entropy).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        found = model(x[3600:]).squeeze(1) > 0
    print(f"{epoch}: {loss.item():.4f}, {(found == (y[3600:] > 0)).float().mean():.1%} right")
