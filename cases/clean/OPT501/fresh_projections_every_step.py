"""A generator of a ring is trained by sliced distances: every update draws new small nets to look at both sides."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
angle = 2 * torch.pi * torch.rand(600)
real = torch.stack([angle.cos(), angle.sin()], 1) + 0.05 * torch.randn(600, 2)
generator = nn.Sequential(nn.Linear(4, 48), nn.ReLU(), nn.Linear(48, 2))
optimizer = torch.optim.Adam(generator.parameters(), lr=3e-3)


def distance(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    look = nn.Sequential(nn.Linear(2, 24), nn.Tanh())  # random and thrown away: what differs must differ to any look
    return (look(one).sort(0).values - look(other).sort(0).values).square().mean()


for step in range(300):
    drawn = generator(torch.randn(100, 4))
    loss = distance(drawn, real[torch.randint(600, (100,))])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 60 == 0:
        radius = drawn.detach().norm(dim=1)
        print(step, round(loss.item(), 4), round(radius.mean().item(), 2), round(radius.std().item(), 2))
