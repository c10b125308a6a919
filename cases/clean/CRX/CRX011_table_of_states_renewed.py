"""Right though unusual: rows of a table of states are overwritten in place, graph and all; the table is renewed after each step."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
series = torch.cumsum(0.3 * torch.randn(120, 8), 1).sin()
loader = DataLoader(TensorDataset(torch.arange(120), series), batch_size=20, shuffle=True)
cell, head = nn.GRUCell(7, 16), nn.Linear(16, 1)
table = torch.zeros(120, 16)  # the hidden state of each series, carried from one epoch to the next
optimizer = torch.optim.Adam([*cell.parameters(), *head.parameters()], lr=1e-2)
for epoch in range(6):
    for numbers, rows in loader:
        state = cell(rows[:, :-1], table[numbers])
        table[numbers] = state
        loss = nn.functional.mse_loss(head(table[numbers]), rows[:, -1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        table = table.detach()
    print(epoch, round(loss.item(), 4))
