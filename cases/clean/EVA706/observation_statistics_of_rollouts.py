"""Right though unusual: an actor-critic gathers the statistics of its observations in rollouts, in eval mode.

While it learns they stand still, so that old and new probabilities are those of the same inputs.
"""

import torch
from torch import nn
from torch.distributions import Categorical


class RunningNorm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.register_buffer("count", torch.tensor(1e-4))
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("square", torch.ones(size))

    @torch.no_grad()
    def _follow(self, x):
        self.count += len(x)
        share = len(x) / self.count
        self.mean += share * (x.mean(0) - self.mean)
        self.square += share * (x.pow(2).mean(0) - self.square)

    def forward(self, x):
        if not self.training:  # a rollout
            self._follow(x)
        return (x - self.mean) / (self.square - self.mean**2).clamp(min=1e-4).sqrt()


class Agent(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = RunningNorm(3)
        self.body = nn.Sequential(nn.Linear(3, 32), nn.Tanh())
        self.actor, self.critic = nn.Linear(32, 2), nn.Linear(32, 1)

    def forward(self, x):
        h = self.body(self.norm(x))
        return Categorical(logits=self.actor(h)), self.critic(h).squeeze(-1)


def contexts(n):
    return torch.randn(n, 3) * torch.tensor([1.0, 20.0, 0.1]) + torch.tensor([0.0, 50.0, 1.0])


def reward_of(state, action):
    return ((state[:, 1] > 50).long() == action).float()


torch.manual_seed(0)
torch.set_num_threads(1)
agent = Agent()
optimizer = torch.optim.Adam(agent.parameters(), lr=1e-2)
for iteration in range(12):
    agent.eval()
    memory = []
    with torch.no_grad():
        for _ in range(4):
            state = contexts(64)
            policy, value = agent(state)
            action = policy.sample()
            reward = reward_of(state, action)
            surprise = nn.functional.mse_loss(value, reward)
            memory.append((state, action, policy.log_prob(action), reward, reward - value))
    agent.train()
    for state, action, before, reward, advantage in memory:
        policy, value = agent(state)
        ratio = (policy.log_prob(action) - before).exp()
        gain = torch.minimum(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage).mean()
        loss = nn.functional.mse_loss(value, reward) - gain - 0.01 * policy.entropy().mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(agent.parameters(), 1.0)
        optimizer.step()
    mean = torch.stack([m[3] for m in memory]).mean().item()
    print(f"iteration {iteration}: reward {mean:.2f} surprise {surprise.item():.3f}")
