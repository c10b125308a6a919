"""An operator net: a batch is one function, asked at many places; only the places differ within it."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
grid = torch.linspace(0, 1, 16)


def draw(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Coefficients of sines, and the functions' values at the sensors."""
    waves = torch.randn(count, 3) / torch.tensor([1.0, 2.0, 3.0])
    basis = torch.sin(torch.pi * grid[:, None] * torch.arange(1, 4))
    return waves, waves @ basis.T


class Operator(nn.Module):
    """Answers the integral of a function up to a place."""

    def __init__(self) -> None:
        super().__init__()
        self.branch = nn.Sequential(nn.Linear(16, 32), nn.Tanh(), nn.Linear(32, 12))
        self.trunk = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 12))
        self.bias = nn.Parameter(torch.zeros(()))

    def forward(self, sensors: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
        return (self.branch(sensors) * self.trunk(place)).sum(-1) + self.bias


waves, sensors = draw(120)
numbers = torch.pi * torch.arange(1, 4)
model = Operator()
optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
for epoch in range(10):
    total = 0.0
    for one in torch.randperm(120).tolist():
        place = torch.rand(32, 1)
        wanted = (waves[one] * (1 - torch.cos(place * numbers)) / numbers).sum(1)
        loss = nn.functional.mse_loss(model(sensors[one].expand(32, 16), place), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(epoch, round(total / 120, 5))
