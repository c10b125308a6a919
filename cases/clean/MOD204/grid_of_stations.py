"""Eight stations report every hour; a batch is eight hours in order, turned so that each station sees its past."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
HOURS, STATIONS = 960, 8
noise = torch.randn(HOURS, STATIONS)
hidden = torch.zeros(HOURS, STATIONS)
for hour in range(1, HOURS):
    hidden[hour] = 0.9 * hidden[hour - 1] + 0.4 * noise[hour]
readings = hidden + 0.5 * torch.randn(HOURS, STATIONS)
loader = DataLoader(TensorDataset(readings, hidden), batch_size=8, shuffle=False)


class Smoother(nn.Module):
    """Smooths over the hours of a batch, station by station: the hours are the axis that a loader batches."""

    def __init__(self) -> None:
        super().__init__()
        self.along = nn.Conv1d(1, 12, 5, padding=2)
        self.out = nn.Conv1d(12, 1, 3, padding=1)

    def forward(self, hours: torch.Tensor) -> torch.Tensor:
        stations = hours.transpose(0, 1).reshape(STATIONS, 1, -1)
        return self.out(self.along(stations).relu()).reshape(STATIONS, -1).transpose(0, 1)


model = Smoother()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(8):
    total = 0.0
    for measured, true in loader:
        loss = nn.functional.mse_loss(model(measured), true)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() / len(loader)
    print(epoch, round(total, 4))
