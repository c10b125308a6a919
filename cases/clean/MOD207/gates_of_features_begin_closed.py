"""Which of twenty columns matter? Each has a noisy gate; the gates begin nearly closed, a penalty holds them so."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(600, 20)
y = ((x[:, 3] + x[:, 7] - x[:, 11]) > 0).long()


class Gates(nn.Module):
    """Stochastic gates: a clipped Gaussian in training, its mean in use."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.centre = nn.Parameter(torch.full((columns,), -0.5))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        noise = 0.5 * torch.randn_like(rows) if self.training else 0.0
        return rows * (self.centre + noise + 0.5).clamp(0, 1)

    def open(self) -> torch.Tensor:
        return torch.special.ndtr((self.centre + 0.5) / 0.5).sum()


class Selector(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.gates = Gates(20)
        self.net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 2))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return self.net(self.gates(rows))


model = Selector()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
for epoch in range(20):
    for rows in torch.randperm(600).split(60):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows]) + 0.005 * model.gates.open()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if epoch % 5 == 0:
        print(epoch, round(loss.item(), 3), (model.gates.centre > 0).nonzero().flatten().tolist())
