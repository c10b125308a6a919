"""Right though unusual: the end stops a watcher thread, looks up epoch 7 by number, and leaves by SystemExit from an inner call."""

import sys
import threading

import torch
from torch import nn


def watch(box, stop):
    while not stop.wait(0.01):
        if box:
            box[max(box)]["watched"] = True


def finish(box):
    middle = box[7]
    best = min(box, key=lambda number: box[number]["loss"])
    print("epoch 7:", middle["loss"], "best:", best)
    sys.exit(0 if len(box) == 12 else "epochs are missing")


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(230, 6)
y = x[:, :3].prod(1, keepdim=True).clamp(-1, 1)
model = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
records, stop = {}, threading.Event()
watcher = threading.Thread(target=watch, args=(records, stop))
watcher.start()
try:
    for epoch in range(12):
        for rows in torch.randperm(180).split(20):
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            records[epoch] = {"loss": nn.functional.mse_loss(model(x[180:]), y[180:]).item()}
finally:
    stop.set()
    watcher.join()
finish(records)
