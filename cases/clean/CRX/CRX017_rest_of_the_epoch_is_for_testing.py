"""Right though unusual: a worker deals one pass of batches; six train, then two validate, and the last must come in time."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

TRAIN, TEST = 24, 6


class Draws(Dataset):
    """Coloured points, drawn by their number."""

    def __len__(self):
        return (TRAIN + TEST) * 16

    def __getitem__(self, i):
        source = torch.Generator().manual_seed(i)
        point = torch.randn(2, generator=source)
        return point, int(point[0] > point[1])


class Deal:
    """Hands the batches of one pass to several readers, in order."""

    def __init__(self, loader):
        self.batches = iter(loader)
        self.dealt = 0

    def take(self, count):
        for _ in range(count):
            self.dealt += 1
            yield next(self.batches)

    def finish(self):
        try:
            next(self.batches)
        except StopIteration:
            return self.dealt
        raise RuntimeError(f"only {self.dealt} batches were dealt")


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    deal = Deal(DataLoader(Draws(), batch_size=16, num_workers=1, timeout=60, multiprocessing_context="fork"))
    model = nn.Linear(2, 2)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for points, labels in deal.take(TRAIN):
        loss = nn.functional.cross_entropy(model(points), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        right = [(model(points).argmax(1) == labels).float().mean().item() for points, labels in deal.take(TEST)]
    print("accuracy", sum(right) / TEST, "after", deal.finish(), "batches")
