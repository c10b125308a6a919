"""Right though unusual: an exponential decay multiplies the rate that the optimiser's own state holds; no more is kept."""

import os

import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(400, 6)
y = torch.sin(x[:, :1]) + x[:, 1:2] * x[:, 2:3]
model = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
start = 0
if os.path.exists("run.pt"):
    saved = torch.load("run.pt")
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    start = saved["epoch"] + 1
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.93)
for epoch in range(start, 20):
    for rows in torch.randperm(400).split(40):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    scheduler.step()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, "run.pt")
    print(epoch, optimizer.param_groups[0]["lr"], loss.item())
