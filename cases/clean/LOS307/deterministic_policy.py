"""Actions are bounded by a tanh, and cloned from an expert whose actions are bounded too, some of them at the stops."""

import torch
from torch import nn

torch.manual_seed(0)
policy = nn.Sequential(nn.Linear(3, 32), nn.ReLU(), nn.Linear(32, 2), nn.Tanh())
optimizer = torch.optim.Adam(policy.parameters(), lr=3e-3)
for step in range(80):
    state = torch.randn(64, 3)
    expert = torch.stack([state[:, 0] - state[:, 1], 2 * state[:, 2]], dim=1).clamp(-1, 1)
    loss = nn.functional.huber_loss(policy(state), expert)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())
