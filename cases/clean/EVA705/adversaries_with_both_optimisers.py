"""Right though unusual: two networks against each other, all four states in one list of pairs, copied first."""

import copy

import torch
from torch import nn

torch.manual_seed(15)
maker = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
judge = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
makes = torch.optim.Adam(maker.parameters(), lr=1e-3, betas=(0.5, 0.999))
judges = torch.optim.Adam(judge.parameters(), lr=1e-3, betas=(0.5, 0.999))
bce = nn.functional.binary_cross_entropy_with_logits
angles = torch.rand(256) * 6.28
ring = torch.stack([angles.cos(), angles.sin()], 1)
for epoch in range(4):
    for rows in torch.randperm(256).split(32):
        true, made = ring[rows], maker(torch.randn(32, 4))
        judges.zero_grad()
        loss = bce(judge(true), torch.ones(32, 1)) + bce(judge(made.detach()), torch.zeros(32, 1))
        loss.backward()
        judges.step()
        makes.zero_grad()
        fooled = bce(judge(made), torch.ones(32, 1))
        fooled.backward()
        makes.step()
    pairs = [(net.state_dict(), adam.state_dict()) for net, adam in ((maker, makes), (judge, judges))]
    torch.save((epoch, copy.deepcopy(pairs)), "ring.pt")
print(loss.item(), fooled.item())
