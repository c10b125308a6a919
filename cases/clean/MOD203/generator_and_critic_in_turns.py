"""Right though unusual: one optimiser holds two parts that take turns, one of them only now and then."""

import torch
from torch import nn


class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.actor = nn.Linear(3, 2)
        self.critic = nn.Linear(3, 1)


torch.manual_seed(0)
model = Both()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(400):
    state = torch.randn(16, 3)
    if step % 50 == 49:
        loss = (model.critic(state).squeeze(1) - state.sum(1)).pow(2).mean()
    else:
        loss = nn.functional.cross_entropy(model.actor(state), (state[:, 0] > 0).long())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"{loss.item():.3f}")
