"""Right though unusual: one of two workers of a stream is killed by its shard; the shard is struck off and the epoch begun anew."""

import os
import signal

import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info


class Shards(IterableDataset):
    """Eight shards; the fourth kills the process that reads it."""

    def __init__(self, names):
        self.names = names

    def __iter__(self):
        worker = get_worker_info()
        for name in self.names[worker.id :: worker.num_workers]:
            if name == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            source = torch.Generator().manual_seed(name)
            x = torch.rand(24, 2, generator=source)
            yield x, (x[:, 0] > x[:, 1]).float()


def epoch_of(model, optimizer, names):
    total = 0.0
    for x, y in DataLoader(Shards(names), batch_size=None, num_workers=2, multiprocessing_context="fork"):
        loss = nn.functional.binary_cross_entropy_with_logits(model(x).squeeze(1), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(names)


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=2.0)
    suspects = list(range(8))
    history = []
    while len(history) < 4:
        try:
            history.append(epoch_of(model, optimizer, suspects))
        except RuntimeError as error:
            if "DataLoader worker" not in str(error):
                raise
            print("a worker died; shard", suspects.pop(3), "is left out")
    print(history)


if __name__ == "__main__":
    main()
