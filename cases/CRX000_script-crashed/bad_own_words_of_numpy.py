"""A table writer of the user's own refuses with similar words."""
import torch
from torch import nn


class Table:
    def add(self, value):
        if not isinstance(value, float):
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Give a float")  # expect: CRX000


torch.manual_seed(0)
x = torch.randn(200, 4)
y = x[:, :1] * 2
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
table = Table()
for rows in torch.randperm(200).split(20):
    loss = nn.functional.mse_loss(model(x[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    table.add(round(loss.item()))
