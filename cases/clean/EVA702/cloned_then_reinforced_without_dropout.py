"""Right though unusual: a policy is cloned from an expert with dropout, then trained by its own rewards without.

Dropout between the rollout and the update would make the ratio of the two policies noise.
"""

import torch
from torch import nn
from torch.distributions import Categorical

torch.manual_seed(0)
torch.set_num_threads(1)


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Dropout(0.2), nn.Linear(32, 3))

    def forward(self, state):
        return Categorical(logits=self.body(state))


def update(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def collect(policy, n=64):
    policy.eval()
    with torch.no_grad():
        states = torch.randn(n, 4)
        choice = policy(states)
        actions = choice.sample()
    rewards = (actions == states[:, :3].argmax(1)).float()
    return states, actions, rewards, choice.log_prob(actions)


policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=5e-3)
policy.train()
for _ in range(40):
    states = torch.randn(64, 4)
    expert = states[:, :3].argmax(1)
    cloning = update(optimizer, -policy(states).log_prob(expert).mean())
print(f"cloned: {cloning:.3f}")

for group in optimizer.param_groups:
    group["lr"] = 1e-3
for iteration in range(30):
    states, actions, rewards, old = collect(policy)
    advantage = (rewards - rewards.mean()) / (rewards.std() + 1e-6)
    for _ in range(2):
        ratio = (policy(states).log_prob(actions) - old).exp()
        clipped = ratio.clamp(0.8, 1.2)
        update(optimizer, -torch.minimum(ratio * advantage, clipped * advantage).mean())
    if iteration % 10 == 0:
        print(f"iteration {iteration}: reward {rewards.mean():.2f}")
