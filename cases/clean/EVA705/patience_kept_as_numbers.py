"""Right though unusual: best loss and patience of a schedule that waits for a plateau are kept as plain numbers."""

import os

import torch
from torch import nn

torch.manual_seed(13)
x = torch.randn(400, 6)
y = x[:, :1] * x[:, 1:2] + 0.1 * torch.randn(400, 1)
model = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1)
start = 0
if os.path.exists("run.pt"):
    saved = torch.load("run.pt")
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    plateau.best, plateau.num_bad_epochs = saved["best_loss"], saved["bad_epochs"]
    start = saved["epoch"] + 1
for epoch in range(start, 14):
    for rows in torch.randperm(320).split(32):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        held_out = nn.functional.mse_loss(model(x[320:]), y[320:]).item()
    plateau.step(held_out)
    states = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
    torch.save({**states, "best_loss": plateau.best, "bad_epochs": plateau.num_bad_epochs}, "run.pt")
    print(epoch, held_out)
