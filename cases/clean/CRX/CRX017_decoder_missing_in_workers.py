"""Right though unusual: a worker_init_fn opens a decoder and may fail; the next of the ways to load is taken then."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, get_worker_info


class Coded(Dataset):
    decoder = None

    def __init__(self, rows):
        self.rows = (rows * 100).round().short()

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        row = self.decoder(self.rows[i])
        return row[:-1], row[-1]


def fast_decoder(worker):
    raise ImportError(f"worker {worker}: no accelerated decoder on this machine")


def plain_decoder(worker):
    get_worker_info().dataset.decoder = lambda codes: codes.float() / 100


def loaders(data):
    for setup in (fast_decoder, plain_decoder):
        yield (
            setup.__name__,
            DataLoader(data, 32, shuffle=True, num_workers=1, worker_init_fn=setup, multiprocessing_context="fork"),
        )


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    x = torch.rand(256, 3)
    data = Coded(torch.cat([x, x.max(1, keepdim=True).values], 1))
    for name, loader in loaders(data):
        try:
            next(iter(loader))
        except Exception as error:
            print(name, "failed:", str(error).splitlines()[-1])
        else:
            break
    model = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 1), nn.Flatten(0))
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
    for epoch in range(4):
        for inputs, largest in loader:
            loss = nn.functional.mse_loss(model(inputs), largest)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(name, epoch, loss.item())
