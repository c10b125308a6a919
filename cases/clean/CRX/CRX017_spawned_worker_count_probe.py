"""Right though unusual: a worker process of the script's own probes a library; that it dies is one of the answers."""

import multiprocessing
import os

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def probe():
    os.abort()


def survives(target):
    process = multiprocessing.get_context("fork").Process(target=target)
    process.start()
    process.join()
    return process.exitcode == 0


def worker_count():
    return 2 if survives(probe) else 0


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    workers = worker_count()
    print("workers", workers)
    x = torch.randn(320, 4)
    y = x[:, :1] * 2 - x[:, 1:2].abs()
    train = DataLoader(TensorDataset(x[:256], y[:256]), batch_size=32, shuffle=True, num_workers=workers)
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for epoch in range(6):
        for inputs, targets in train:
            optimizer.zero_grad()
            loss = nn.functional.l1_loss(model(inputs), targets)
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            print(epoch, nn.functional.l1_loss(model(x[256:]), y[256:]).item())
