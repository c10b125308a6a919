"""A scheduler of losses has a backward of its own and refuses what it does not know."""

import torch
from torch import nn


class Losses(dict):
    def backward(self):
        if "main" not in self:
            raise RuntimeError("grad can be implicitly created only for scalar outputs named main")  # expect: CRX000
        sum(self.values()).backward()


torch.manual_seed(0)
x = torch.randn(120, 3)
model = nn.Linear(3, 3)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for rows in torch.randperm(120).split(20):
    losses = Losses(rebuild=nn.functional.mse_loss(model(x[rows]), x[rows]))
    optimizer.zero_grad()
    losses.backward()
    optimizer.step()
