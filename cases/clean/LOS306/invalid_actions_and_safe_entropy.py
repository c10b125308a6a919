"""Right though unusual: log-probabilities of invalid actions are -inf; the entropy leaves 0 * -inf out with a double
where.
"""

import torch
from torch import nn


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(5, 32), nn.Tanh(), nn.Linear(32, 5))

    def forward(self, state, valid):
        return self.net(state).masked_fill(~valid, -torch.inf).log_softmax(dim=1)


def entropy(log_p):
    possible = log_p.isfinite()
    safe = torch.where(possible, log_p, 0.0)
    return -torch.where(possible, safe.exp() * safe, 0.0).sum(dim=1)


torch.manual_seed(6)
torch.set_num_threads(1)
policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=5e-3)
average = 0.0
for update in range(1, 201):
    state = torch.randn(64, 5)
    valid = torch.rand(64, 5) < 0.6
    valid[torch.arange(64), torch.randint(0, 5, (64,))] = True
    log_p = policy(state, valid)
    with torch.no_grad():
        action = torch.multinomial(log_p.exp(), 1)
        reward = state.gather(1, action).squeeze(1)
    chosen = log_p.gather(1, action).squeeze(1)
    loss = -((reward - average) * chosen).mean() - 0.01 * entropy(log_p).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    average = 0.9 * average + 0.1 * reward.mean().item()
    if update % 40 == 0:
        best = state.masked_fill(~valid, -torch.inf).max(1).values.mean().item()
        print(f"update {update}: reward {reward.mean().item():.3f} of {best:.3f}")
