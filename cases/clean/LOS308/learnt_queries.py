"""Learnt queries attend to the set that comes in; the order of its members does not matter."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Pool(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.embed = nn.Linear(3, width)
        self.queries = nn.Parameter(torch.randn(4, width))
        self.attend = nn.MultiheadAttention(width, 2, batch_first=True)
        self.head = nn.Linear(4 * width, 3)

    def forward(self, members):
        keys = self.embed(members)
        pooled, _ = self.attend(self.queries.expand(len(members), -1, -1), keys, keys)
        return self.head(pooled.flatten(1))


torch.manual_seed(0)
members = torch.randn(400, 7, 3)
best = members.sum(1).argmax(1)
model = Pool()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(5):
    for x, y in DataLoader(TensorDataset(members, best), batch_size=50, shuffle=True):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
