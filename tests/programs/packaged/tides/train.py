"""Run with `python -m tides.train`, or `python run.py` beside the package."""

import argparse
from pathlib import Path

import torch
from torch.utils.data import DataLoader

from .data import levels, windows
from .engine import evaluate, train_one_epoch
from .model import TideModel


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--hidden", type=int, default=32)
    args = parser.parse_args()

    torch.manual_seed(31)
    train_loader = DataLoader(windows(levels(1200, seed=0)), batch_size=48, shuffle=True)
    valid_loader = DataLoader(windows(levels(400, seed=1)), batch_size=128)
    model = TideModel(args.hidden)
    optimizer = torch.optim.NAdam(model.parameters(), lr=5e-3)
    checkpoints = Path("checkpoints")
    checkpoints.mkdir(exist_ok=True)
    best = float("inf")
    for epoch in range(args.epochs):
        loss = train_one_epoch(model, train_loader, optimizer)
        error = evaluate(model, valid_loader)
        print(f"{epoch + 1}/{args.epochs} loss {loss:.4f} validation error {error:.4f}")
        if error < best:
            best = error
            torch.save({"epoch": epoch, "model": model.state_dict(), "error": error}, checkpoints / "tide.pt")
    saved = torch.load(checkpoints / "tide.pt")
    print(f"done: tide from epoch {saved['epoch'] + 1}, error {saved['error']:.3f}")


if __name__ == "__main__":
    main()
