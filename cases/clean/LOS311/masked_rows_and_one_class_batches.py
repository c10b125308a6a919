"""Rows without any label are all zero and count for nothing; a critic's batches have only ones, or only zeros."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
model, critic = nn.Linear(6, 3), nn.Linear(3, 1)
optimizer = torch.optim.Adam([*model.parameters(), *critic.parameters()], lr=5e-3)
for step in range(60):
    x = torch.randn(48, 6)
    known = (torch.rand(48, 1) < 0.7).float()
    rows = F.one_hot(x[:, :3].argmax(1), 3).float() * known
    scores = model(x)
    loss = F.cross_entropy(scores, rows)
    loss = loss + 0.1 * F.binary_cross_entropy_with_logits(critic(scores), torch.ones(48, 1))
    loss = loss + 0.1 * F.binary_cross_entropy_with_logits(critic(torch.randn(48, 3)), torch.zeros(48, 1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())
