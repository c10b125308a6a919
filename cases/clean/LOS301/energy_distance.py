"""A generator of waiting times, trained on the energy distance between its draws and those that were measured."""

import torch
from torch import nn

torch.manual_seed(0)
measured = torch.distributions.Gamma(2.0, 1.5).sample((2000,))
generator = nn.Sequential(nn.Linear(3, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(generator.parameters(), lr=1e-2)

for step in range(120):
    real = measured[torch.randint(0, 2000, (64,))]
    drawn = generator(torch.randn(64, 3))
    between = (drawn - real).abs().mean()
    within = (drawn - drawn.T).abs().mean()
    loss = 2 * between - within
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 40 == 0:
        print(step, round(loss.item(), 3))
