"""Boosted nets: stage after stage one more learner is switched on; the first stage has a constant only."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
table = load_diabetes()
x = torch.tensor(table.data, dtype=torch.float32) * 20
y = torch.tensor(table.target, dtype=torch.float32)
y = (y - y[:350].mean()) / y[:350].std() + 2


class Boosted(nn.Module):
    def __init__(self, learners: int) -> None:
        super().__init__()
        self.base = nn.Parameter(torch.zeros(()))
        self.learners = nn.ModuleList(
            nn.Sequential(nn.Linear(10, 6), nn.Tanh(), nn.Linear(6, 1)) for _ in range(learners)
        )
        self.register_buffer("active", torch.zeros(learners))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        votes = torch.cat([learner(rows) for learner in self.learners], dim=1)
        return self.base + votes @ self.active


model = Boosted(3)
for stage in range(4):
    if stage:
        model.active[stage - 1] = 1.0
    trained = [model.base] if stage == 0 else list(model.learners[stage - 1].parameters())
    optimizer = torch.optim.Adam(trained, lr=5e-2 if stage == 0 else 1e-2)
    for _ in range(15):
        for rows in torch.randperm(350).split(50):
            model.zero_grad()
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        print(stage, round(nn.functional.mse_loss(model(x[350:]), y[350:]).item(), 3))
