"""The settings promise a device that the machine has not."""
import torch
from torch import nn


def place(model, wanted):
    found = next(model.parameters()).device.type
    if found != wanted:
        raise RuntimeError(f"Expected all tensors to be on the same device, but found {found}, {wanted}")  # expect: CRX000


torch.manual_seed(0)
x = torch.randn(200, 4)
y = x[:, :1] * 2
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    for rows in torch.randperm(200).split(20):
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    place(model, "cuda" if epoch else "cpu")
