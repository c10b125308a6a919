"""A perceptron at a rate of 1, as its inventor had it: mistakes are counted, the loss jumps to and fro."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(2)
x = torch.randn(600, 30)
side = torch.sign(x @ torch.randn(30))
unit = nn.Linear(30, 1)
opt = torch.optim.SGD(unit.parameters(), lr=1.0)
for epoch in range(30):
    mistakes = 0
    for a, s in DataLoader(TensorDataset(x, side), 1, shuffle=True):
        score = unit(a).squeeze(1)
        loss = torch.relu(-s * score).mean()
        mistakes += int((s * score <= 0).sum())
        opt.zero_grad()
        loss.backward()
        opt.step()
    if epoch % 5 == 4:
        print(epoch, mistakes)
