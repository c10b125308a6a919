"""Tide heights from six readings of the days before; training can be stopped and started again with --resume."""

import argparse
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def readings(count):
    x = torch.randn(count, 6)
    y = torch.sin(x[:, :1]) + 0.5 * x[:, 1:2] - 0.3 * x[:, 2:3]
    return TensorDataset(x, y)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--out", type=Path, default=Path("tides"))
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args()

    torch.manual_seed(3)
    loader = DataLoader(readings(400), batch_size=20, shuffle=True)
    model = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 1))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    args.out.mkdir(exist_ok=True)
    first = 0
    if args.resume:
        checkpoint = torch.load(args.out / "last.pt")
        model.load_state_dict(checkpoint["model"])
        first = checkpoint["epoch"] + 1

    for epoch in range(first, args.epochs):
        for x, y in loader:
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.4f}")
        state = {"epoch": epoch, "model": model.state_dict()}
        torch.save(state, args.out / "last.pt")  # expect: EVA705


main()
