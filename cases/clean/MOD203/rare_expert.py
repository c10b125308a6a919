"""Right though unusual: a branch of its own serves rare samples, which few batches hold."""

import torch
import torch.nn.functional as F
from torch import nn


class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.usual = nn.Linear(6, 2)
        self.rare = nn.Linear(6, 2)

    def forward(self, x):
        odd = x[:, 0] > 3.2
        out = self.usual(x)
        return torch.where(odd[:, None], self.rare(x), out) if odd.any() else out


torch.manual_seed(0)
x = torch.randn(3200, 6)
y = (x[:, 1] > x[:, 2]).long()
model = Branches()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(3):
    for rows in torch.randperm(3200).split(16):
        loss = F.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
