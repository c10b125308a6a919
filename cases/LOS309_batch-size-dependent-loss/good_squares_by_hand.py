"""Two ripples approximated by tanh units; the error is written by hand and batches are drawn with next."""

import torch
from torch.utils.data import DataLoader, TensorDataset


def endless(loader):
    while True:
        yield from loader


def approximate(steps: int) -> None:
    torch.manual_seed(9)
    points = 4 * torch.rand(1000, 1) - 2
    values = torch.sin(3 * points) + 0.5 * torch.cos(5 * points)
    net = torch.nn.Sequential(torch.nn.Linear(1, 40), torch.nn.Tanh(), torch.nn.Linear(40, 1))
    sgd = torch.optim.SGD(net.parameters(), lr=3e-2)
    stream = endless(DataLoader(TensorDataset(points, values), batch_size=64, shuffle=True))
    for step in range(steps):
        at, wanted = next(stream)
        squares = (net(at) - wanted).pow(2).mean()
        sgd.zero_grad()
        squares.backward()
        sgd.step()
        if step % 100 == 0:
            print(step, squares.item())


if __name__ == "__main__":
    approximate(steps=600)
