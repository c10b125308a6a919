"""A bandit: the state is always the same, the policy learns which arm pays, by policy gradient."""

import torch
from torch import nn

torch.manual_seed(0)
pays = torch.tensor([0.1, 0.3, 0.8, 0.5])
state = torch.linspace(-1, 1, 6).repeat(64, 1)
policy = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 4))
optimizer = torch.optim.Adam(policy.parameters(), lr=5e-3)
for step in range(150):
    logits = policy(state)
    arms = torch.distributions.Categorical(logits=logits).sample()
    reward = torch.bernoulli(pays[arms])
    surprise = nn.functional.cross_entropy(logits, arms, reduction="none")
    loss = ((reward - reward.mean()) * surprise).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(policy(state)[0].softmax(0).tolist())
