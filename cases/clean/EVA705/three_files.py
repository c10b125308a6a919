"""Right though unusual: weights, optimiser and schedule are kept in files of their own, as some trainers do."""

import json
import os

import torch
from torch import nn


def save(folder, model, optimizer, scheduler, step):
    os.makedirs(folder, exist_ok=True)
    torch.save(model.state_dict(), os.path.join(folder, "weights.bin"))
    torch.save(optimizer.state_dict(), os.path.join(folder, "optimizer.pt"))
    torch.save(scheduler.state_dict(), os.path.join(folder, "scheduler.pt"))
    with open(os.path.join(folder, "state.json"), "w") as file:
        json.dump({"global_step": step}, file)


torch.manual_seed(4)
x = torch.randn(256, 10)
y = (x[:, 0] * x[:, 1] > 0).long()
model = nn.Sequential(nn.Linear(10, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=48)
step = 0
for epoch in range(6):
    for rows in torch.randperm(256).split(32):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        scheduler.step()
        step += 1
        if step % 2 == 0:
            save(f"checkpoint-{step}", model, optimizer, scheduler, step)
print(loss.item())
