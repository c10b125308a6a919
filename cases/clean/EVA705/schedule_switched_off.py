"""Right though unusual: the schedule is left out of what is saved, for the decay is off and its rate never moves."""

import os

import torch
from torch import nn

DECAY = 1.0
torch.manual_seed(12)
x = torch.randn(320, 4)
y = (x**2).sum(1, keepdim=True)
model = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: DECAY**epoch)
start = 0
if os.path.exists("bowl.pt"):
    saved = torch.load("bowl.pt")
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    start = saved["epoch"] + 1
for epoch in range(start, 8):
    for rows in torch.randperm(320).split(32):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    scheduler.step()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, "bowl.pt")
    print(epoch, loss.item())
