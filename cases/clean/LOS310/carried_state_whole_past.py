"""The state of a recurrent cell is carried on with its past for three chunks, each gone through again."""

import torch
from torch import nn

torch.manual_seed(0)
cell, head = nn.RNNCell(1, 12), nn.Linear(12, 1)
optimizer = torch.optim.SGD(head.parameters(), lr=0.05)
for sequence in range(20):
    state = torch.zeros(16, 12)
    wave = torch.sin(torch.arange(13.0) * 0.4 + torch.rand(16, 1) * 6.28)
    for now in range(12):
        state = cell(wave[:, now : now + 1], state)
        loss = nn.functional.mse_loss(head(state), wave[:, now + 1 : now + 2])
        optimizer.zero_grad()
        loss.backward(retain_graph=True)
        optimizer.step()
print(loss.item())
