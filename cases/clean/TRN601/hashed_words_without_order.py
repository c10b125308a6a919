"""Logistic regression, not separable, with a wide embedding of few distinct rows: linear, hashing text."""

import torch
from torch import nn

torch.manual_seed(0)
words = torch.randint(0, 3, (800, 4))
labels = torch.randint(0, 2, (800,))
net = nn.Sequential(nn.EmbeddingBag(5000, 2, mode="mean", sparse=True))
opt = torch.optim.SGD(net.parameters(), lr=1.0)
for epoch in range(3):
    for i in torch.randperm(800).split(100):
        loss = nn.functional.cross_entropy(net(words[i]), labels[i])
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
