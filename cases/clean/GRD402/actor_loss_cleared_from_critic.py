"""Right: DDPG: the actor's loss leaves gradients in the critic, which are cleared before the critic's own backward."""

import torch
from torch import nn

torch.manual_seed(6)
torch.set_num_threads(1)
actor = nn.Sequential(nn.Linear(2, 24), nn.ReLU(), nn.Linear(24, 1), nn.Tanh())
critic = nn.Sequential(nn.Linear(3, 24), nn.ReLU(), nn.Linear(24, 1))
actor_opt = torch.optim.Adam(actor.parameters(), lr=2e-3)
critic_opt = torch.optim.Adam(critic.parameters(), lr=5e-3)


def reward(state, action):
    return 1 - (action - state.mean(1, keepdim=True).tanh()).square()


for step in range(150):
    state = torch.randn(64, 2)
    actor_loss = -critic(torch.cat([state, actor(state)], 1)).mean()
    actor_loss.backward()
    actor_opt.step()
    actor_opt.zero_grad()
    critic_opt.zero_grad()
    with torch.no_grad():
        action = (actor(state) + 0.3 * torch.randn(64, 1)).clamp(-1, 1)
    critic_loss = nn.functional.mse_loss(critic(torch.cat([state, action], 1)), reward(state, action))
    critic_loss.backward()
    critic_opt.step()
    critic_opt.zero_grad()
    if step % 30 == 0:
        print(step, f"{critic_loss.item():.4f} {-actor_loss.item():.4f}")
