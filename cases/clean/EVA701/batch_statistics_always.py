"""Right though unusual: normalisation without running averages and dropout of 0 do the same in both modes."""

import torch
from torch import nn


class Regression(nn.Module):
    def __init__(self, dropout=0.0):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv1d(2, 12, 3, padding=1), nn.InstanceNorm1d(12, affine=True), nn.ReLU(), nn.Dropout(dropout)
        )
        self.norm = nn.BatchNorm1d(12, track_running_stats=False)
        self.out = nn.Linear(12, 1)

    def forward(self, x):
        return self.out(self.norm(self.body(x).amax(2)))


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(480, 2, 16)
y = x[:, :1].amax(2) - x[:, 1:].amin(2)
model = Regression()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(10):
    for rows in torch.randperm(400).split(40):
        loss = nn.functional.l1_loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        error = sum(nn.functional.l1_loss(model(x[i : i + 40]), y[i : i + 40]).item() for i in (400, 440)) / 2
    print(f"epoch {epoch}: {loss.item():.3f} {error:.3f}")
