"""Right though unusual: the workers' decoder may be killed; then the data is loaded without workers and without it."""

import os

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, get_worker_info


class Decoded(Dataset):
    """A native decoder that kills its process in a worker."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        if get_worker_info() is not None and i == 3:
            os._exit(7)
        return self.x[i], self.y[i]


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    x = torch.randn(240, 3)
    y = (x[:, 0] > x[:, 1]).long()
    data = Decoded(x[:192], y[:192])
    model = nn.Linear(3, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    workers, epoch = 1, 0
    while epoch < 5:
        loader = DataLoader(
            data,
            batch_size=24,
            shuffle=workers == 0,
            num_workers=workers,
            multiprocessing_context="fork" if workers else None,
        )
        try:
            for inputs, labels in loader:
                loss = nn.functional.cross_entropy(model(inputs), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        except RuntimeError as error:
            if "exited unexpectedly" not in str(error):
                raise
            workers = 0
            continue
        epoch += 1
    with torch.no_grad():
        print("accuracy", (model(x[192:]).argmax(1) == y[192:]).float().mean().item())


main()
