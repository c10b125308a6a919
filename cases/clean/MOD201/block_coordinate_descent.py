"""Right though unusual: block coordinate descent; an epoch makes an optimiser over the one layer whose turn it is."""

import itertools

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Stack(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.blocks = [nn.Linear(a, b) for a, b in itertools.pairwise(sizes)]

    def forward(self, x):
        for block in self.blocks[:-1]:
            x = torch.relu(block(x))
        return self.blocks[-1](x)


class Trainer:
    def __init__(self, model, loader):
        self.model, self.loader = model, loader

    def epoch(self, number):
        turn = self.model.blocks[-1 - number % len(self.model.blocks)]
        optimizer = torch.optim.Adam(turn.parameters(), lr=5e-3)
        total = 0.0
        for x, y in self.loader:
            for block in self.model.blocks:
                block.zero_grad()
            loss = nn.functional.mse_loss(self.model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        return total / len(self.loader.dataset)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(11)
    x = torch.randn(600, 6)
    y = torch.sin(x[:, :1]) + x[:, 1:2] * x[:, 2:3]
    trainer = Trainer(Stack([6, 32, 32, 32, 1]), DataLoader(TensorDataset(x[:480], y[:480]), 32, shuffle=True))
    for number in range(16):
        loss = trainer.epoch(number)
        with torch.no_grad():
            error = nn.functional.mse_loss(trainer.model(x[480:]), y[480:])
        print(f"epoch {number:2d}: loss {loss:.3f}, validation {error:.3f}")


main()
