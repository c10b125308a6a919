"""nll_loss on log-probabilities that were scaled: the focal loss, and a policy gradient with advantages."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
policy = nn.Sequential(nn.Linear(5, 24), nn.Tanh(), nn.Linear(24, 3))
optimizer = torch.optim.Adam(policy.parameters(), lr=5e-3)
for step in range(60):
    state = torch.randn(48, 5)
    best = state[:, :3].argmax(dim=1)
    logs = policy(state).log_softmax(dim=1)
    if step % 2:
        loss = F.nll_loss((1 - logs.exp()) ** 2 * logs, best)
    else:
        action = torch.distributions.Categorical(logits=logs).sample()
        advantage = (action == best).float() - 0.4
        loss = F.nll_loss(logs * advantage[:, None], action)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())
