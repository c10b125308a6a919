"""Wines as measured, with Adam at a rate that suits such columns; learnt slowly, over many passes."""

import torch
from sklearn.datasets import load_wine
from torch import nn

torch.manual_seed(0)
x, y = load_wine(return_X_y=True)
x, y = torch.tensor(x, dtype=torch.float32), torch.tensor(y)
order = torch.randperm(len(x))
train, test = order[:140], order[140:]

net = nn.Sequential(nn.Linear(13, 100), nn.ReLU(), nn.Linear(100, 3))
opt = torch.optim.Adam(net.parameters(), lr=3e-4)
for step in range(6000):
    batch = train[torch.randint(len(train), (40,))]
    loss = nn.functional.cross_entropy(net(x[batch]), y[batch])
    opt.zero_grad()
    loss.backward()
    opt.step()
    if step % 500 == 0:
        with torch.no_grad():
            print(step, loss.item(), (net(x[test]).argmax(1) == y[test]).float().mean().item())
