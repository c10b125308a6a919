"""Right though unusual: one pass warms up with a schedule that has ended by the first save; the rate is fixed then."""

import torch
from torch import nn


def update(rows):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x[rows]), y[rows])
    loss.backward()
    optimizer.step()
    return loss.item()


torch.manual_seed(21)
x = torch.randn(256, 8)
y = x[:, :1] * 0.5 - x[:, 3:4]
model = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
warm = torch.optim.lr_scheduler.LinearLR(optimizer, 0.1, 1.0, total_iters=8)
for rows in torch.randperm(256).split(32):
    update(rows)
    warm.step()
for epoch in range(5):
    for rows in torch.randperm(256).split(32):
        loss = update(rows)
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "done": epoch}, "warmed.pt")
print(loss)
