"""Right though unusual: assertions before training state that a loss without reduction cannot be sent backward."""

import torch
from torch import nn


def raises(kind, call, *args, **named):
    try:
        call(*args, **named)
    except kind:
        return True
    return False


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(240, 4)
y = x[:, :2].sum(1, keepdim=True)
model = nn.Linear(4, 1)
single = nn.SmoothL1Loss(reduction="none")
assert raises(RuntimeError, single(model(x[:3]), y[:3]).backward)
assert raises(RuntimeError, torch.autograd.grad, single(model(x[:3]), y[:3]), list(model.parameters()))
assert not raises(RuntimeError, single(model(x[:1]), y[:1]).backward)
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
for epoch in range(5):
    for rows in torch.randperm(200).split(25):
        optimizer.zero_grad()
        losses = single(model(x[rows]), y[rows])
        losses[losses <= losses.quantile(0.9)].mean().backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, single(model(x[200:]), y[200:]).mean().item())
