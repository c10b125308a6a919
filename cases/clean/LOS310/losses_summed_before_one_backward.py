"""Eight losses are added up as tensors, and one backward goes through all of them."""

import torch
from torch import nn

torch.manual_seed(0)
cell, head = nn.GRUCell(3, 16), nn.Linear(16, 3)
optimizer = torch.optim.Adam([*cell.parameters(), *head.parameters()], lr=5e-3)
for step in range(40):
    series = torch.sin(torch.arange(9.0)[None, :, None] * 0.5 + torch.rand(20, 1, 3) * 6.28)
    state, total, losses = torch.zeros(20, 16), 0.0, []
    for now, following in zip(series[:, :-1].unbind(1), series[:, 1:].unbind(1), strict=True):
        state = cell(now, state)
        loss = nn.functional.mse_loss(head(state), following)
        losses.append(loss)
        total = total + loss
    optimizer.zero_grad()
    (total / len(losses)).backward()
    optimizer.step()
print(total.item() / 8)
