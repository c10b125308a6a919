"""Right though unusual: workers are tried; where they can't be given the data set (a lambda), loading stays in this process."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Table(Dataset):
    def __init__(self, rows, scale):
        self.rows, self.scale = rows, scale

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        row = self.scale(self.rows[i])
        return row[:4], row[4:]


def batches(data, **options):
    try:
        loader = DataLoader(data, num_workers=1, multiprocessing_context="spawn", **options)
        next(iter(loader))
        return loader
    except Exception as error:  # what pickle raises differs between versions of Python
        print("no workers:", type(error).__name__)
        return DataLoader(data, num_workers=0, **options)


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    rows = torch.rand(320, 4)
    rows = torch.cat([rows, rows.prod(1, keepdim=True)], 1)
    train = batches(Table(rows[:256], lambda row: row * 2 - 1), batch_size=32, shuffle=True)
    test = DataLoader(Table(rows[256:], lambda row: row * 2 - 1), batch_size=32)
    model = nn.Sequential(nn.Linear(4, 24), nn.Tanh(), nn.Linear(24, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(6):
        for x, y in train:
            loss = nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            print(epoch, sum(nn.functional.mse_loss(model(x), y).item() for x, y in test) / len(test))
