"""Right though unusual: after a jump of the loss the last good state is loaded; the schedule runs on as planned."""

import torch
from torch import nn

torch.manual_seed(12)
x = torch.randn(256, 8)
y = x[:, :1] * x[:, 1:2]
model = nn.Sequential(nn.Linear(8, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.9)
good = float("inf")
for epoch in range(8):
    total = 0.0
    for rows in torch.randperm(256).split(32):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        total += loss.item()
    scheduler.step()
    if total > 10 * good:
        state = torch.load("good.pt")
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
    else:
        good = min(good, total)
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, "good.pt")
print(total)
