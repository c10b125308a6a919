"""Right though unusual: data parallel by hand.

Replicas compute gradients, only the master model is in the optimiser.
"""

import copy

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
master = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(master.parameters(), lr=1e-2)
replicas = [copy.deepcopy(master) for _ in range(3)]
x = torch.randn(768, 6)
y = (x[:, :1] * x[:, 1:2]).tanh()

for epoch in range(10):
    for rows in torch.randperm(len(x)).split(96):
        losses = []
        for replica, part in zip(replicas, rows.chunk(3), strict=True):
            with torch.no_grad():
                for own, common in zip(replica.parameters(), master.parameters(), strict=True):
                    own.copy_(common)
            replica.zero_grad()
            losses.append(nn.functional.mse_loss(replica(x[part]), y[part]))
        for loss in losses:
            loss.backward()
        for common, *own in zip(master.parameters(), *(r.parameters() for r in replicas), strict=True):
            common.grad = torch.stack([p.grad for p in own]).mean(0)
        optimizer.step()
    print(f"epoch {epoch}: {sum(loss.item() for loss in losses) / 3:.4f}")
