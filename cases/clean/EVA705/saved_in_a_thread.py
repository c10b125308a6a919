"""Right though unusual: a copy of all states is written by a thread while training goes on."""

import copy
import os
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import nn


def on_cpu(state):
    return copy.deepcopy(state)


torch.manual_seed(10)
x = torch.randn(300, 5)
y = (x[:, 0] * x[:, 1] > 0).long()
model = nn.Sequential(nn.Linear(5, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 100)
start = 0
if os.path.exists("async.pt"):
    saved = torch.load("async.pt")
    for part, name in ((model, "model"), (optimizer, "optimizer"), (schedule, "schedule")):
        part.load_state_dict(saved[name])
    start = saved["epoch"] + 1
with ThreadPoolExecutor(1) as writer:
    for epoch in range(start, 10):
        for rows in torch.randperm(300).split(30):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            schedule.step()
        states = {"model": model, "optimizer": optimizer, "schedule": schedule}
        states = {name: on_cpu(part.state_dict()) for name, part in states.items()}
        written = writer.submit(torch.save, {**states, "epoch": epoch}, "async.pt")
        print(epoch, loss.item())
    written.result()
