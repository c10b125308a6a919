"""Distributions as targets of cross-entropy: one-hot, mixed up, smoothed; and one-hot rows in a yes-or-no loss."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 4))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for step in range(80):
    x = torch.randn(32, 6)
    one_hot = F.one_hot(x[:, :4].argmax(1), 4).float()
    share = torch.rand(32, 1)
    mixed = share * one_hot + (1 - share) * one_hot.flip(0)
    scores = model(x)
    if step % 4 == 0:
        loss = F.cross_entropy(scores, one_hot)
    elif step % 4 == 1:
        loss = F.cross_entropy(model(share * x + (1 - share) * x.flip(0)), mixed)
    elif step % 4 == 2:
        loss = F.cross_entropy(scores, 0.9 * one_hot + 0.025)
    else:
        loss = F.binary_cross_entropy_with_logits(scores, one_hot)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())
