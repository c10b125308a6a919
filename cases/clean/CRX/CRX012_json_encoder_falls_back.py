"""Right though unusual: a log's encoder turns what it gets into arrays and detaches tensors that refuse."""

import json

import numpy as np
import torch
from torch import nn


def plain(value):
    try:
        return np.asarray(value).tolist()
    except RuntimeError as error:
        if "requires grad" not in str(error):
            raise
        return value.detach().tolist()


torch.manual_seed(2)
torch.set_num_threads(1)
x = torch.randn(180, 2)
y = 2 * x[:, 0] - x[:, 1] + 0.3
weight = nn.Parameter(torch.zeros(2))
bias = nn.Parameter(torch.zeros(()))
optimizer = torch.optim.SGD([weight, bias], lr=0.1)
lines = []
epoch = 0
while epoch < 8:
    for rows in torch.randperm(180).split(30):
        loss = (x[rows] @ weight + bias - y[rows]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    lines.append(json.dumps({"epoch": epoch, "loss": loss, "weight": weight, "rows": rows[:3]}, default=plain))
    epoch += 1
print("\n".join(lines[-2:]))
