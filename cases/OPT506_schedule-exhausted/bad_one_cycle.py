"""Regression on a wavy surface with a one-cycle schedule that has one step too few for each epoch."""

import torch
from torch import nn, optim

torch.manual_seed(1)
EPOCHS, BATCH = 12, 50
inputs = torch.rand(1010, 2) * 4 - 2
targets = torch.sin(inputs[:, :1] * 2) * torch.cos(inputs[:, 1:]) + 0.05 * torch.randn(1010, 1)
net = nn.Sequential(nn.Linear(2, 64), nn.Tanh(), nn.Linear(64, 1))
opt = optim.AdamW(net.parameters(), lr=1e-3)
steps_per_epoch = len(inputs) // BATCH  # the last, smaller batch is forgotten
sched = optim.lr_scheduler.OneCycleLR(opt, max_lr=1e-2, total_steps=EPOCHS * steps_per_epoch)

for epoch in range(EPOCHS):
    total = 0.0
    for rows in torch.randperm(len(inputs)).split(BATCH):
        loss = ((net(inputs[rows]) - targets[rows]) ** 2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        sched.step()  # expect: OPT506
        total += loss.item() * len(rows)
    print(epoch, total / len(inputs), sched.get_last_lr())
