"""Right though unusual: everything is pickled into one file, the optimiser's state as arrays."""

import os
import pickle

import torch
from torch import nn

FILE = "kiln.pickle"


def as_arrays(held):
    if isinstance(held, torch.Tensor):
        return held.numpy().copy()
    if isinstance(held, dict):
        return {key: as_arrays(value) for key, value in held.items()}
    return held


def as_tensors(held):
    if hasattr(held, "dtype"):
        return torch.from_numpy(held)
    if isinstance(held, dict):
        return {key: as_tensors(value) for key, value in held.items()}
    return held


torch.manual_seed(2)
x = torch.rand(240, 3)
y = x[:, :1] * x[:, 1:2]
net = nn.Sequential(nn.Linear(3, 20), nn.Tanh(), nn.Linear(20, 1))
adam = torch.optim.Adam(net.parameters(), lr=0.01)
cosine = torch.optim.lr_scheduler.CosineAnnealingLR(adam, T_max=8)
start = 0
if os.path.exists(FILE):
    with open(FILE, "rb") as file:
        kept = pickle.load(file)
    net.load_state_dict(as_tensors(kept["net"]))
    adam.load_state_dict(as_tensors(kept["adam"]))
    cosine.load_state_dict(kept["cosine"])
    start = kept["epoch"] + 1
for epoch in range(start, 8):
    for rows in torch.randperm(240).split(24):
        adam.zero_grad()
        loss = nn.functional.mse_loss(net(x[rows]), y[rows])
        loss.backward()
        adam.step()
    cosine.step()
    kept = {
        "net": as_arrays(net.state_dict()),
        "adam": as_arrays(adam.state_dict()),
        "cosine": cosine.state_dict(),
        "epoch": epoch,
    }
    with open(FILE, "wb") as file:
        pickle.dump(kept, file)
    print(epoch, loss.item())
