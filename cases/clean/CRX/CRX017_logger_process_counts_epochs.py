"""Right though unusual: a process draws the curve and ends by itself when it has heard of all epochs; its exit code is checked."""

import multiprocessing
import sys

import torch
from torch import nn

EPOCHS = 8


def draw(pipe, epochs):
    """Reads one loss for each epoch, and answers with a line of bars."""
    losses = [pipe.recv() for _ in range(epochs)]
    top = max(losses)
    pipe.send("".join(" .:-=+*#"[int(7 * loss / top)] for loss in losses))


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    artist = context.Process(target=draw, args=(there, EPOCHS), daemon=True)
    artist.start()
    x = torch.randn(256, 3)
    y = x.abs().sum(1, keepdim=True)
    model = nn.Sequential(nn.Linear(3, 24), nn.ReLU(), nn.Linear(24, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(EPOCHS):
        total = 0.0
        for rows in torch.randperm(256).split(32):
            loss = nn.functional.l1_loss(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        here.send(total / 8)
    if not here.poll(2):
        raise TimeoutError("the artist has heard too little")
    print(here.recv())
    artist.join(timeout=2)
    return artist.exitcode


if __name__ == "__main__":
    sys.exit(main())
