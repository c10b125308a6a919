"""The distribution of a die that is not fair, from a net whose input never changes."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
throws = torch.multinomial(torch.tensor([0.3, 0.1, 0.1, 0.1, 0.1, 0.3]), 1200, replacement=True)
given = torch.tensor([0.2, -0.4, 1.0, 0.6]).expand(1200, 4).clone()
loader = DataLoader(TensorDataset(given, throws), batch_size=60, shuffle=True)
net = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Linear(24, 6))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(4):
    for x, y in loader:
        loss = nn.functional.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
