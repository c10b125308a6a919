"""The rate is lowered when the loss has not fallen since the step before; that one loss is kept as it is."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(6, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x = torch.randn(256, 6)
y = x.sum(1, keepdim=True)
previous = None
for step in range(60):
    rows = torch.randint(0, 256, (32,))
    loss = nn.functional.mse_loss(model(x[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if previous is not None and loss > 2 * previous:
        optimizer.param_groups[0]["lr"] *= 0.5
    previous = loss
print(loss.item())
