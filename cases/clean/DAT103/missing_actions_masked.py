"""Right: REINFORCE on games of different lengths: padded actions are -1, and a mask takes them out after the pick."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
policy = nn.Sequential(nn.Linear(3, 24), nn.Tanh(), nn.Linear(24, 3))
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
for step in range(100):
    lengths = torch.randint(2, 7, (16,))
    alive = torch.arange(6) < lengths.unsqueeze(1)
    states = torch.randn(16, 6, 3)
    log_p = torch.log_softmax(policy(states), -1)
    drawn = torch.distributions.Categorical(logits=log_p).sample()
    actions = torch.where(alive, drawn, -1)
    gain = (actions == states.argmax(-1)).float() - 1 / 3
    game, turn = torch.arange(16).unsqueeze(1), torch.arange(6)
    picked = log_p[game, turn, actions]
    loss = -(picked * gain * alive).sum() / alive.sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 25 == 0:
        print(step, f"{(gain * alive).sum().item() / alive.sum().item():.3f}")
