"""How long do pumps last? The share that fails in each year is learnt first, then what the covariates add to it."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
years = 6
covariates = torch.randn(700, 5)
base = torch.tensor([-3.0, -2.5, -2.0, -1.5, -1.0, -0.5])
hazard = torch.sigmoid(base + (covariates @ torch.tensor([1.5, -1.0, 0.0, 0.5, 0.0]))[:, None])
dead = torch.rand(700, years) < hazard
at_risk = torch.cat([torch.ones(700, 1), (~dead).float().cumprod(1)[:, :-1]], 1)
failed = dead.float() * at_risk
loader = DataLoader(TensorDataset(covariates, failed, at_risk), batch_size=70, shuffle=True)


class Hazard(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.base = nn.Parameter(torch.zeros(years))
        self.risk = nn.Sequential(nn.Linear(5, 16), nn.Tanh(), nn.Linear(16, 1))
        self.share = 0.0

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return self.base + self.share * self.risk(rows)


model = Hazard()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
for epoch in range(24):
    model.share = min(1.0, max(0.0, (epoch - 5) / 4))  # six epochs without, then let in bit by bit
    for rows, events, weight in loader:
        loss = nn.functional.binary_cross_entropy_with_logits(model(rows), events, weight=weight)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, round(loss.item(), 3))
