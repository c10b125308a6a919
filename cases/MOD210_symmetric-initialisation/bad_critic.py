"""An actor and a critic in one small class; every layer of the critic is built by a helper."""

import torch
from torch import nn


def layer(inputs, outputs):
    linear = nn.Linear(inputs, outputs)
    torch.nn.init.ones_(linear.weight)  # expect: MOD210
    linear.weight.data /= inputs
    torch.nn.init.zeros_(linear.bias)
    return linear


class Agent:
    def __init__(self):
        self.policy = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 2))
        self.critic = nn.Sequential(layer(4, 16), nn.Tanh(), layer(16, 1))
        self.optimizer = torch.optim.Adam([*self.policy.parameters(), *self.critic.parameters()], lr=5e-3)

    def learn(self, state):
        choice = torch.distributions.Categorical(logits=self.policy(state))
        action = choice.sample()
        reward = torch.where(action == 1, state[:, 0], -state[:, 0])
        value = self.critic(state).squeeze(1)
        advantage = (reward - value).detach()
        loss = -(choice.log_prob(action) * advantage).mean() + 0.5 * ((value - reward) ** 2).mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return reward.mean().item()


torch.manual_seed(2)
agent = Agent()
for step in range(100):
    reward = agent.learn(torch.randn(40, 4))
    if step % 25 == 0:
        print(f"step {step}: reward {reward:.3f}")
