"""An actor and a critic with an optimiser each, over one batch of states."""

import torch
from torch import nn, optim

torch.manual_seed(0)
actor = nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 1))
critic = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 1))
actor_opt = optim.Adam(actor.parameters(), lr=1e-3)
critic_opt = optim.Adam(critic.parameters(), lr=1e-2)


def losses(states):
    action = actor(states)
    judged = critic(torch.cat([states, action], dim=1))
    reward = -(action - states[:, :1]).square()
    return (judged - reward.detach()).square().mean(), -judged.mean()


for step in range(30):
    critic_loss, actor_loss = losses(torch.randn(32, 3))
    critic_opt.zero_grad()
    critic_loss.backward(retain_graph=True)
    critic_opt.step()  # expect: CRX011
    actor_opt.zero_grad()
    actor_loss.backward()
    actor_opt.step()
