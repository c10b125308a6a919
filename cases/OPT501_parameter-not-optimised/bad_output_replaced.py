"""Handwritten digits first, then only whether they are odd: the same network with another output."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
table = load_digits()
pictures, digits = torch.tensor(table.data, dtype=torch.float32) / 8 - 1, torch.tensor(table.target)
net = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Dropout(0.1), nn.Linear(48, 10))
optimizer = torch.optim.RMSprop(net.parameters(), lr=1e-3)  # expect: OPT501


def learn(x, y, epochs):
    net.train()
    for epoch in range(epochs):
        for batch, rows in enumerate(torch.randperm(len(x)).split(30)):
            loss = cross_entropy(net(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if batch % 10 == 0:
                print(f"{epoch}.{batch}: {loss.item():.3f}")


def right(x, y):
    net.eval()
    with torch.no_grad():
        return (net(x).argmax(1) == y).float().mean().item()


learn(pictures[:900], digits[:900], epochs=3)
print(f"digits right: {right(pictures[1500:], digits[1500:]):.3f}")
net[3] = nn.Linear(48, 2)
learn(pictures[900:1500], digits[900:1500] % 2, epochs=3)
print(f"odd or even right: {right(pictures[1500:], digits[1500:] % 2):.3f}")
