"""Right though unusual: the plot after training is optional, the exit status is given by SystemExit, cleaning may fail."""

import atexit
import importlib
import sys
import tempfile
from pathlib import Path

import torch
from torch import nn

folder = Path(tempfile.mkdtemp())
lock = folder / "lock"
lock.touch()
atexit.register(lambda: lock.unlink(missing_ok=True))


def plot(curve):
    try:
        drawing = importlib.import_module("plotting_of_the_cluster")
    except ImportError:
        (folder / "curve.txt").write_text("\n".join(map(str, curve)))
        return
    drawing.line(curve)


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    x = torch.randn(280, 4)
    y = x[:, 0].gt(0).long() + x[:, 1].gt(0.5).long()
    model = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Linear(24, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    curve = []
    for _ in range(12):
        for rows in torch.randperm(240).split(24):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            curve.append((model(x[240:]).argmax(1) == y[240:]).float().mean().item())
    plot(curve)
    try:
        print("target reached in epoch", next(i for i, value in enumerate(curve) if value > 2))
    except StopIteration:
        print("target not reached:", max(curve))
    return 0


if __name__ == "__main__":
    sys.exit(main())
