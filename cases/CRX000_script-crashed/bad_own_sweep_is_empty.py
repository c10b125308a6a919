"""A sweep over settings complains that its list is empty, in words that an optimiser uses too."""

import torch
from torch import nn


def sweep(parameter_list):
    if not parameter_list:
        raise ValueError("sweep optimizer got an empty parameter list")  # expect: CRX000
    yield from parameter_list


torch.manual_seed(0)
x = torch.randn(100, 3)
y = x.sum(1, keepdim=True)
settings = [{"lr": lr} for lr in (0.1, 0.01) if lr > 1]
for setting in sweep(settings):
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), **setting)
    for rows in torch.arange(100).split(20):
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
