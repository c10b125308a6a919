"""Right though unusual: accumulation leaves out a micro-batch whose loss is not finite, and the step is made with the
others.
"""

import torch
from torch import nn

torch.manual_seed(2)
torch.set_num_threads(1)
ratio = torch.rand(960, 4) + 0.1
ratio[torch.rand(960) < 0.006, 0] = 0.0
target = torch.log(ratio.clamp_min(1e-3)).sum(1, keepdim=True)
model = nn.Sequential(nn.Linear(4, 32), nn.SiLU(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
train, valid = torch.arange(768), torch.arange(768, 960)


def loss_of(rows):
    features = (ratio[rows].log() + 0.9) / 0.6  # log(0) = -inf is what marks a dead sensor here
    return nn.functional.mse_loss(model(features), target[rows])


for epoch in range(6):
    left_out = 0
    for window in train[torch.randperm(768)].split(64):
        optimizer.zero_grad()
        used = 0
        for rows in window.split(16):
            loss = loss_of(rows)
            if loss.isfinite():
                loss.backward()
                used += 1
                last = loss.item()
            else:
                left_out += 1
        if used:
            for p in model.parameters():
                p.grad /= used
            optimizer.step()
    with torch.no_grad():
        whole = valid[(ratio[valid] > 0).all(1)]
        print(f"epoch {epoch}: loss {last:.3f}, left out {left_out}, validation {loss_of(whole).item():.3f}")
