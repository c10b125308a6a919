"""The last epoch writes a report from within the loop, over a name that does not exist."""

import torch
from torch import nn

EPOCHS = 12
torch.manual_seed(0)
x = torch.randn(120, 3)
y = x[:, :1]
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(EPOCHS):
    if epoch == EPOCHS - 1:
        print("loss so far", loss_of_last_epoch)  # noqa: F821  # expect: CRX000
    for rows in torch.randperm(120).split(20):
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
