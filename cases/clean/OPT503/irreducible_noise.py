"""Coin tosses with a slight bias, a hot SGD rate: hardly anything is there to be learnt, and that is learnt."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(6)
player = torch.randint(0, 4, (4000,))
won = torch.bernoulli(torch.tensor([0.35, 0.45, 0.55, 0.65])[player])
skill = nn.Embedding(4, 1)
nn.init.zeros_(skill.weight)
opt = torch.optim.SGD(skill.parameters(), lr=4.0)
for epoch in range(6):
    total = 0.0
    for who, result in DataLoader(TensorDataset(player, won), 100, shuffle=True):
        loss = nn.functional.binary_cross_entropy_with_logits(skill(who).squeeze(1), result)
        opt.zero_grad()
        loss.backward()
        opt.step()
        total += loss.item()
    print(epoch, total / 40, torch.sigmoid(skill.weight).flatten().tolist())
