"""Progression of diabetes, in its own units, with early stopping on the training error."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn

torch.manual_seed(0)
table = load_diabetes()
x = torch.tensor(table.data, dtype=torch.float32) * 20
y = torch.tensor(table.target, dtype=torch.float32)[:, None] / 100
network = nn.Sequential(nn.Linear(10, 24), nn.GELU(), nn.Linear(24, 1), nn.Sigmoid())
optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
best, patience, epoch = float("inf"), 5, 0
while patience and epoch < 12:
    total = 0.0
    for rows in torch.randperm(len(x)).split(34):
        predicted = network(x[rows])  # expect: LOS307
        error = nn.functional.smooth_l1_loss(predicted, y[rows])
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        total += error.item()
    patience = 5 if total < best else patience - 1
    best, epoch = min(best, total), epoch + 1
print(epoch, best)
