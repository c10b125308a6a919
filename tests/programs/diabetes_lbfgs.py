"""Regression on the diabetes table with L-BFGS, which calls the loss through a closure."""

from pathlib import Path

import torch
from sklearn.datasets import load_diabetes
from torch import nn

torch.manual_seed(8)
table = load_diabetes()
x = torch.tensor(table.data, dtype=torch.float64)
y = torch.tensor(table.target, dtype=torch.float64).unsqueeze(1)
order = torch.randperm(len(x))
train, test = order[:340], order[340:]
x = (x - x[train].mean(0)) / x[train].std(0)
centre, spread = y[train].mean(), y[train].std()
y = (y - centre) / spread

net = nn.Sequential(nn.Linear(10, 6), nn.Tanh(), nn.Linear(6, 1)).double()
mse = nn.MSELoss()
solver = torch.optim.LBFGS(net.parameters(), lr=0.5, max_iter=8, history_size=10)


def closure():
    solver.zero_grad()
    penalty = sum(p.square().sum() for p in net.parameters())
    objective = mse(net(x[train]), y[train]) + 1e-2 * penalty
    objective.backward()
    return objective


folder = Path("diabetes-lbfgs")
folder.mkdir(exist_ok=True)
with (folder / "trace.txt").open("w") as trace:
    for i in range(15):
        objective = solver.step(closure)
        with torch.no_grad():
            error = mse(net(x[test]), y[test]).sqrt() * spread
        trace.write(f"{i}\t{objective.item():.6f}\t{error.item():.3f}\n")
        print("STEP", i, "objective", round(objective.item(), 5), "test error", round(error.item(), 2))

torch.save({"weights": net.state_dict(), "centre": centre, "spread": spread}, folder / "net.pt")
print(f"done: L-BFGS, test error {error.item():.1f} points of disease progression")
