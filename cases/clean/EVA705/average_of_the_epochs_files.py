"""Right though unusual: no average is kept to go on from: it is made at the end of the files of the epochs."""

import glob
import os

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

torch.manual_seed(12)
x = torch.randn(400, 6)
y = torch.sin(x[:, :1]) + x[:, 1:2] * x[:, 2:3]
model = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
start = 0
if os.path.exists("last.pt"):
    saved = torch.load("last.pt")
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    start = saved["epoch"] + 1
for epoch in range(start, 12):
    for rows in torch.randperm(320).split(32):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, "last.pt")
    torch.save(model.state_dict(), f"epoch{epoch:02}.pt")
    print(epoch, loss.item())
average, one = AveragedModel(model), nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 1))
for path in sorted(glob.glob("epoch*.pt"))[-4:]:
    one.load_state_dict(torch.load(path))
    average.update_parameters(one)
with torch.no_grad():
    print(nn.functional.mse_loss(average(x[320:]), y[320:]).item())
