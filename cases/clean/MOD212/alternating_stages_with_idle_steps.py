"""Right though unusual: a schedule steps both optimisers each time; the one whose part is frozen has nothing to do.

Optimisers skip parameters without a gradient, so stepping them is harmless. The generator waits until the critic can
judge.
"""

import itertools

import torch
from torch import nn

CRITIC_FIRST = 40
torch.manual_seed(0)
torch.set_num_threads(1)
real = torch.randn(500, 2) * 0.3 + torch.tensor([1.0, -1.0])
generator = nn.Sequential(nn.Linear(2, 24), nn.ReLU(), nn.Linear(24, 2)).requires_grad_(False)
critic = nn.Sequential(nn.Linear(2, 24), nn.ReLU(), nn.Linear(24, 1))
optimizers = [torch.optim.Adam(part.parameters(), lr=5e-3) for part in (critic, generator)]
turns = itertools.count()
while (turn := next(turns)) < 120:
    if turn == CRITIC_FIRST:
        generator.requires_grad_(True)
    truth = real[torch.randint(0, 500, (50,))]
    fake = generator(torch.randn(50, 2))
    for optimizer in optimizers:
        optimizer.zero_grad()
    critic_loss = nn.functional.softplus(-critic(truth)).mean() + nn.functional.softplus(critic(fake.detach())).mean()
    critic_loss.backward()
    if turn >= CRITIC_FIRST:
        critic.requires_grad_(False)
        nn.functional.softplus(-critic(fake)).mean().backward()
        critic.requires_grad_(True)
    for optimizer in optimizers:
        optimizer.step()
    if turn % 30 == 0:
        print(f"{turn}: {critic_loss.item():.3f}")
