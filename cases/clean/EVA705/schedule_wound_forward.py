"""Right though unusual: the schedule is built anew with the number of the last epoch when training goes on."""

import pathlib

import torch
from torch import nn

torch.manual_seed(8)
x = torch.randn(320, 6)
y = torch.tanh(x[:, :1] + x[:, 1:2])
net = nn.Sequential(nn.Linear(6, 24), nn.Tanh(), nn.Linear(24, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
file, done = pathlib.Path("wound.pt"), 0
if file.exists():
    saved = torch.load(file)
    net.load_state_dict(saved["net"])
    optimizer.load_state_dict(saved["optimizer"])
    done = saved["epoch"]
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=3, gamma=0.5, last_epoch=done - 1)
for epoch in range(done, 9):
    for rows in torch.randperm(320).split(32):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    scheduler.step()
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch + 1}, file)
print(loss.item())
