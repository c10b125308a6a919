"""Right though unusual: the moments of Adam are saved by the names of the weights, as arrays, and put back by hand."""

import os

import numpy as np
import torch
from torch import nn

FILE = "frost.npz"
torch.manual_seed(8)
x = torch.randn(300, 5)
y = torch.tanh(x[:, :1] - x[:, 3:4])
model = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
step = 0
if os.path.exists(FILE):
    kept = np.load(FILE)
    step = int(kept["step"])
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.copy_(torch.from_numpy(kept[f"w.{name}"]))
            optimizer.state[weight] = {
                "step": torch.tensor(float(step)),
                "exp_avg": torch.from_numpy(kept[f"m.{name}"]),
                "exp_avg_sq": torch.from_numpy(kept[f"v.{name}"]),
            }
while step < 90:
    rows = torch.randint(300, (30,))
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x[rows]), y[rows])
    loss.backward()
    optimizer.step()
    step += 1
    if step % 3 == 0:
        arrays = {"step": step}
        for name, weight in model.named_parameters():
            arrays[f"w.{name}"] = weight.detach().numpy()
            arrays[f"m.{name}"] = optimizer.state[weight]["exp_avg"].numpy()
            arrays[f"v.{name}"] = optimizer.state[weight]["exp_avg_sq"].numpy()
        np.savez(FILE, **arrays)
        print(step, loss.item())
