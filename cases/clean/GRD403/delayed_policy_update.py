"""Right though unusual: as in TD3 the policy waits.

One optimiser holds both, and 19 of 20 steps train the critic only.
"""

import torch
from torch import nn


class Agent(nn.Module):
    def __init__(self):
        super().__init__()
        self.policy = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
        self.critic = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 1))

    def value(self, state, action):
        return self.critic(torch.cat([state, action], dim=1)).squeeze(1)


def reward(state, action):
    return -((action - torch.sin(2 * state)) ** 2).squeeze(1)


torch.manual_seed(0)
torch.set_num_threads(1)
agent = Agent()
optimizer = torch.optim.Adam(agent.parameters(), lr=1e-2)
for step in range(1, 801):
    state = torch.rand(128, 1) * 2 - 1
    action = agent.policy(state)
    optimizer.zero_grad(set_to_none=True)
    tried = (action + 0.5 * torch.randn_like(action)).detach()
    loss = nn.functional.mse_loss(agent.value(state, tried), reward(state, tried))
    loss.backward()
    if step % 20 == 7:
        objective = -agent.value(state, action).mean()
        gradients = torch.autograd.grad(objective, list(agent.policy.parameters()))
        for parameter, gradient in zip(agent.policy.parameters(), gradients, strict=True):
            parameter.grad = gradient
    optimizer.step()
    if step % 200 == 0:
        print(f"step {step}: critic loss {loss.item():.4f}, reward {reward(state, action.detach()).mean():.4f}")
