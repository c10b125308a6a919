"""Good or bad wine by a margin loss, from three measurements of a table, with a hand-written update."""

import torch
from sklearn.datasets import load_wine
from torch import nn

torch.manual_seed(0)
table = load_wine()
values = torch.tensor(table.data[:, :3], dtype=torch.float32)
values = (values - values.mean(0)) / values.std(0)
first = torch.tensor(table.target == 0).float()
weight = torch.zeros(3, requires_grad=True)
offset = torch.zeros(1, requires_grad=True)
margin = nn.SoftMarginLoss()
for epoch in range(10):
    for rows in torch.randperm(len(values)).split(30):
        loss = margin(values[rows] @ weight + offset, first[rows])  # expect: LOS311
        loss.backward()
        with torch.no_grad():
            for tensor in (weight, offset):
                tensor -= 0.1 * tensor.grad
                tensor.grad = None
    print(epoch, loss.item())
