"""A critic with one score for each class: raised for real samples, lowered for made ones, its weights clipped."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
critic = nn.Sequential(nn.Linear(3, 32), nn.LeakyReLU(0.2), nn.Linear(32, 2))
maker = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 3))
of_critic = torch.optim.RMSprop(critic.parameters(), lr=1e-3)
of_maker = torch.optim.RMSprop(maker.parameters(), lr=1e-3)


def made(kind):
    return maker(torch.cat([torch.randn(len(kind), 2), F.one_hot(kind, 2).float()], dim=1))


for step in range(60):
    kind = torch.randint(0, 2, (32,))
    real = torch.randn(32, 3) * 0.3 + kind[:, None]
    of_critic.zero_grad()
    loss = F.nll_loss(critic(real), kind) - F.nll_loss(critic(made(kind).detach()), kind)
    loss.backward()
    of_critic.step()
    with torch.no_grad():
        for weight in critic.parameters():
            weight.clamp_(-0.05, 0.05)
    of_maker.zero_grad()
    F.nll_loss(critic(made(kind)), kind).backward()
    of_maker.step()
print(loss.item())
