"""Right though unusual: one weighted likelihood step serves cloning with dropout and REINFORCE, in eval mode, after it.

The policy that acts must be the one whose likelihood is raised, so nothing is dropped in the second phase.
"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
policy = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 3))
optimizer = torch.optim.Adam(policy.parameters(), lr=5e-3)


def raise_likelihood(states, actions, weights):
    log_p = policy(states).log_softmax(1).gather(1, actions[:, None])[:, 0]
    loss = -(weights * log_p).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@torch.no_grad()
def rollout(n):
    policy.eval()
    states = torch.randn(n, 4)
    actions = torch.multinomial(policy(states).softmax(1), 1)[:, 0]
    return states, actions, (actions == states[:, :3].argmax(1)).float()


def clone(steps):
    policy.train()
    for _ in range(steps):
        states = torch.randn(64, 4)
        loss = raise_likelihood(states, states[:, :3].argmax(1), torch.ones(64))
    print(f"cloned: {loss:.3f}")


def reinforce(iterations):
    for iteration in range(iterations):
        states, actions, rewards = rollout(128)
        raise_likelihood(states, actions, rewards - rewards.mean())
        if iteration % 10 == 0:
            print(f"iteration {iteration}: reward {rewards.mean():.2f}")


clone(30)
reinforce(30)
