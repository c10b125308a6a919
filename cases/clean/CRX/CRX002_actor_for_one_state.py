"""Right though unusual: a policy acts on single states and learns from episodes; returns are normalised if there are several."""

import torch
from torch import nn


class Walk:
    def reset(self):
        self.place, self.left = torch.randn(2), 12
        return self.place

    def step(self, action):
        self.place = self.place + (0.4 if action == 1 else -0.4)
        self.left -= 1
        return self.place, -self.place.abs().sum().item(), self.left == 0


torch.manual_seed(0)
torch.set_num_threads(1)
policy = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(policy.parameters(), lr=2e-2)
world, totals = Walk(), []
for episode in range(40):
    state, done, choices, rewards = world.reset(), False, [], []
    while not done:
        choice = torch.distributions.Categorical(logits=policy(state))
        action = choice.sample()
        choices.append(choice.log_prob(action))
        state, reward, done = world.step(action.item())
        rewards.append(reward)
    returns = torch.tensor(rewards).flip(0).cumsum(0).flip(0)
    returns = (returns - returns.mean()) / (returns.std() + 1e-6)
    loss = -(torch.stack(choices) * returns).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    totals.append(sum(rewards))
print("first ten", sum(totals[:10]) / 10, "last ten", sum(totals[30:40]) / len(totals[30:]))
