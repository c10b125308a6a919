"""Sums of a running stream of numbers, read by two workers."""

import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset


class Stream(IterableDataset):
    def __init__(self, count, seed):
        self.count, self.seed = count, seed

    def __iter__(self):
        generator = torch.Generator().manual_seed(self.seed)
        for _ in range(self.count):
            numbers = torch.randn(6, generator=generator)
            yield numbers, numbers[:3].sum() - numbers[3:].sum()


def train(steps):
    torch.manual_seed(7)
    network = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.02, momentum=0.9)
    loss_of = nn.MSELoss()
    for step, (numbers, wanted) in zip(range(steps), DataLoader(Stream(640, 3), 16, num_workers=2)):  # expect: DAT109
        loss = loss_of(network(numbers), wanted[:, None])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 20 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    train(60)
