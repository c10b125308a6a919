"""Right though unusual: weights and moments are kept as flat vectors in one array file, as sharded trainers do."""

import os

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

torch.manual_seed(6)
x = torch.randn(300, 5)
y = torch.sin(2 * x[:, :1]) + x[:, 1:2]
model = nn.Sequential(nn.Linear(5, 24), nn.Tanh(), nn.Linear(24, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
weights = list(model.parameters())
start = 0
if os.path.exists("flat.npz"):
    kept = np.load("flat.npz")
    start = int(kept["epoch"]) + 1
    vector_to_parameters(torch.from_numpy(kept["weights"]), weights)
    for name in ("exp_avg", "exp_avg_sq"):
        place = 0
        for weight in weights:
            part = torch.from_numpy(kept[name])[place : place + weight.numel()].view_as(weight).clone()
            optimizer.state[weight][name] = part
            optimizer.state[weight]["step"] = torch.tensor(float(kept["steps"]))
            place += weight.numel()
for epoch in range(start, 10):
    for rows in torch.randperm(300).split(30):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    moments = {
        name: torch.cat([optimizer.state[weight][name].flatten() for weight in weights]).numpy()
        for name in ("exp_avg", "exp_avg_sq")
    }
    flat = parameters_to_vector(weights).detach().numpy()
    np.savez("flat.npz", epoch=epoch, steps=optimizer.state[weights[0]]["step"].item(), weights=flat, **moments)
    print(epoch, loss.item())
