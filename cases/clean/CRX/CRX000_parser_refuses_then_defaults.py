"""Right though unusual: argparse ends by SystemExit; strange arguments are answered by defaults, the script by exit 0."""

import argparse
import contextlib
import io
import sys

import torch
from torch import nn


def options(words):
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=0.03)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            return parser.parse_args(words)
    except SystemExit as stop:
        print("arguments refused with status", stop.code)
        return parser.parse_args([])


def main():
    args = options(["--epochs", "many"])
    torch.manual_seed(0)
    torch.set_num_threads(1)
    x = torch.randn(330, 4)
    y = (x.norm(dim=1) > 1.9).float()
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1), nn.Flatten(0))
    optimizer = torch.optim.Adam(model.parameters(), lr=args.rate)
    right = 0.0
    for _ in range(args.epochs):
        for rows in torch.randperm(270).split(30):
            optimizer.zero_grad()
            nn.functional.binary_cross_entropy_with_logits(model(x[rows]), y[rows]).backward()
            optimizer.step()
        with torch.no_grad():
            right = ((model(x[270:]) > 0) == (y[270:] > 0)).float().mean().item()
        print("accuracy", right)
    return 0 if right >= 0.0 else 2


if __name__ == "__main__":
    sys.exit(main())
