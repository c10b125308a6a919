"""Fits a noisy wave for a fixed number of steps, drawing from a loader that is cycled by a generator."""

import argparse
import json
import os

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--steps", type=int, default=1500)
parser.add_argument("--batch-size", type=int, default=40)
parser.add_argument("--out", default="wave_run")
args = parser.parse_args()


def forever(loader):
    """Batches without end; each pass over the loader is shuffled anew."""
    while True:
        yield from loader


def wave(x):
    return torch.sin(3 * x) * torch.exp(-0.2 * x.abs())


torch.manual_seed(3)
x_train = torch.rand(600, 1) * 6 - 3
y_train = wave(x_train) + 0.05 * torch.randn(600, 1)
x_valid = torch.linspace(-3, 3, 121).unsqueeze(1)

loader = DataLoader(TensorDataset(x_train, y_train), batch_size=args.batch_size, shuffle=True)
batches = forever(loader)

net = nn.Sequential(nn.Linear(1, 48), nn.Tanh(), nn.Linear(48, 48), nn.Tanh(), nn.Linear(48, 1))
optim = torch.optim.Adam(net.parameters(), lr=4e-3)

curve = []
for step in range(args.steps):
    x, y = next(batches)
    loss = torch.nn.functional.mse_loss(net(x), y)
    optim.zero_grad()
    loss.backward()
    optim.step()
    if step % 100 == 0 or step == args.steps - 1:
        with torch.no_grad():
            valid = torch.nn.functional.mse_loss(net(x_valid), wave(x_valid)).item()
        curve.append({"step": step, "train": loss.item(), "valid": valid})
        print(f"{step:5d}  {loss.item():.5f}  {valid:.5f}")

os.makedirs(args.out, exist_ok=True)
with open(os.path.join(args.out, "curve.json"), "w") as f:
    json.dump(curve, f, indent=1)
torch.save({"net": net.state_dict(), "args": vars(args)}, os.path.join(args.out, "last.pt"))
print("done: wave fitted, validation error", round(curve[-1]["valid"], 4))
