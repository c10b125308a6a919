"""Right though unusual: an echo state network; the random recurrent reservoir is fixed by design and kept out of the
module.
"""

import math

import torch
from torch import nn

torch.manual_seed(2)
torch.set_num_threads(1)


class EchoState(nn.Module):
    def __init__(self, size=80):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1))
        self.readout = nn.Linear(size, 1)
        cell = nn.RNN(1, size, batch_first=True)
        with torch.no_grad():
            cell.weight_hh_l0 *= 0.9 / torch.linalg.eigvals(cell.weight_hh_l0).abs().max()
        self.__dict__["reservoir"] = cell

    def forward(self, signal):
        states, _ = self.reservoir(self.gain * signal)
        return self.readout(states)


wave = torch.sin(torch.arange(700) * 0.2) * torch.sin(torch.arange(700) * 0.031 + math.pi / 5)
windows = wave.unfold(0, 25, 1).unsqueeze(-1)
train, valid = windows[:560], windows[585:]
model = EchoState()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(5):
    for rows in torch.randperm(len(train)).split(40):
        series = train[rows]
        predicted = model(series[:, :-1])
        loss = nn.functional.mse_loss(predicted[:, 8:], series[:, 9:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        error = nn.functional.mse_loss(model(valid[:, :-1])[:, 8:], valid[:, 9:])
    print(f"epoch {epoch}: {loss.item():.4f} {error.item():.4f}")
