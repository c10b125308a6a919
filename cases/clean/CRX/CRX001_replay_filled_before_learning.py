"""Right though unusual: a buffer filled step by step must be full before its columns are put beside fixed weights."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
STEPS = 200
DISCOUNTS = 0.9 ** torch.arange(STEPS)


def play(policy):
    state, states, actions, rewards = torch.zeros(2), [], [], []
    for _ in range(STEPS):
        with torch.no_grad():
            action = torch.distributions.Categorical(logits=policy(state)).sample()
        states.append(state)
        actions.append(action)
        state = 0.8 * state + torch.stack([action - 0.5, torch.randn(()) * 0.1])
        rewards.append(state[0])
    return torch.stack(states), torch.stack(actions), torch.stack(rewards)


policy = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
for episode in range(8):
    states, actions, rewards = play(policy)
    returns = (rewards * DISCOUNTS).flip(0).cumsum(0).flip(0) / DISCOUNTS.clamp(min=1e-12)
    advantage = (returns - returns.mean()) / returns.std().clamp(min=1e-6)
    log_p = torch.distributions.Categorical(logits=policy(states)).log_prob(actions)
    loss = -(log_p * advantage).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(episode, rewards.mean().item())
