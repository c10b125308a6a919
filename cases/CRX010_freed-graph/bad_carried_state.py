"""Next value of a long series, read in pieces; the state goes on from piece to piece."""

import torch
from torch import nn

torch.manual_seed(0)
series = torch.sin(torch.arange(0, 400) * 0.3).view(1, -1, 1)
cell = nn.LSTM(1, 16, batch_first=True)
readout = nn.Linear(16, 1)
optimizer = torch.optim.Adam([*cell.parameters(), *readout.parameters()], lr=1e-2)
state = None
for start in range(0, 380, 20):
    piece, following = series[:, start : start + 20], series[:, start + 1 : start + 21]
    outputs, state = cell(piece, state)
    loss = nn.functional.mse_loss(readout(outputs), following)
    optimizer.zero_grad()
    loss.backward()  # expect: CRX010
    optimizer.step()
    print(start, loss.item())
