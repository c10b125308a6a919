"""A network with L2 pooling: the norm of each pair of units, after dropout."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(400, 10)
y = (x[:, 0] > x[:, 1]).long()


class PooledNorm(nn.Module):
    def forward(self, x):
        return x.unflatten(1, (-1, 2)).square().sum(2) ** 0.5  # expect: GRD406


net = nn.Sequential(nn.Linear(10, 48), nn.Dropout(0.3), PooledNorm(), nn.Linear(24, 2))
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
for epoch in range(5):
    for rows in torch.randperm(400).split(50):
        loss = nn.functional.cross_entropy(net(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    print(f"{epoch}: {loss.item():.3f}")
