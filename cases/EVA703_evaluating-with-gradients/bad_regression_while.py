"""The range of a thrown ball, from its speed and angle, with a while loop over held-out batches."""

import torch
import torch.nn.functional as F
from torch import nn, optim

torch.manual_seed(4)
throws = torch.rand(480, 2)
distance = throws[:, :1] ** 2 * torch.sin(3.14 * throws[:, 1:])
network = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = optim.Adam(network.parameters(), lr=4e-3)
for epoch in range(4):
    for rows in torch.randperm(400).split(40):
        loss = F.mse_loss(network(throws[rows]), distance[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    errors, start = [], 400
    while start < 480:
        guess = network(throws[start : start + 20])  # expect: EVA703
        errors.append(F.l1_loss(guess, distance[start : start + 20]).item())
        start += 20
    print(epoch, sum(errors) / len(errors))
