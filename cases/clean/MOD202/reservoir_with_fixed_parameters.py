"""Right though unusual: a reservoir. Its recurrent cell is random, lies in a tuple and is meant to stay as it is."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class EchoState(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.encode = nn.Linear(1, 3)
        cell = nn.RNNCell(3, size).requires_grad_(False)
        with torch.no_grad():
            cell.weight_hh.mul_(0.9 / torch.linalg.eigvals(cell.weight_hh).abs().max())
        self.reservoir = (cell,)  # hidden from `parameters()`: only what is around it learns
        self.read = nn.Linear(size, 1)

    def forward(self, series):
        (cell,) = self.reservoir
        state, outputs = None, []
        for value in series.unbind(1):
            state = cell(self.encode(value), state)
            outputs.append(self.read(state))
        return torch.stack(outputs, 1)


t = torch.arange(21)[None, :, None] * 0.3 + torch.rand(200, 1, 1) * 6
series = torch.sin(t) + 0.5 * torch.sin(2.3 * t)
inputs, targets = series[:, :-1], series[:, 1:]
model = EchoState(40)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    for rows in torch.randperm(200).split(25):
        loss = nn.functional.mse_loss(model(inputs[rows])[:, 5:], targets[rows][:, 5:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.4f}")
