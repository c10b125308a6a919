"""Right though unusual: an echo state network; the recurrent reservoir stays random, only the readout is trained."""

import torch
from torch import nn


class EchoState(nn.Module):
    def __init__(self, size=64):
        super().__init__()
        self.reservoir = nn.RNN(1, size, batch_first=True)
        self.readout = nn.Linear(size, 1)
        with torch.no_grad():
            radius = torch.linalg.eigvals(self.reservoir.weight_hh_l0).abs().max()
            self.reservoir.weight_hh_l0 *= 0.9 / radius

    def forward(self, series):
        states, _ = self.reservoir(series)
        return self.readout(states.detach())


torch.manual_seed(0)
torch.set_num_threads(1)
time = torch.linspace(0, 60, 1200)
wave = torch.sin(time) * torch.cos(0.31 * time)
windows = wave.unfold(0, 41, 5)
model = EchoState()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
for epoch in range(15):
    for rows in torch.randperm(200).split(40):
        series = windows[rows, :40, None]
        following = windows[rows, 1:, None]
        loss = nn.functional.mse_loss(model(series)[:, 10:], following[:, 10:])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    print(f"epoch {epoch}: {loss.item():.5f}")
