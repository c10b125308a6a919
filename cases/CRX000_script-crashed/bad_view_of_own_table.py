"""A table of its own with views that share memory; one is asked for that the table can't give."""

import torch
from torch import nn


class Table:
    def __init__(self, values, columns):
        self.values, self.columns = values, columns

    def view(self, *columns):
        missing = set(columns) - set(self.columns)
        if missing:
            raise RuntimeError(  # expect: CRX000
                f"view size is not compatible with this table's columns: {sorted(missing)}"
            )
        return self.values[:, [self.columns.index(c) for c in columns]]


torch.manual_seed(0)
table = Table(torch.randn(200, 3), ["age", "height", "weight"])
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(5):
    inputs, target = table.view("age", "height"), table.view("wieght")
    loss = nn.functional.mse_loss(model(inputs), target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
