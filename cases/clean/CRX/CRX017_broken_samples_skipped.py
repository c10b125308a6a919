"""Right though unusual: an error in a worker is caught around next(); the epoch is ended and another one begun."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Readings(Dataset):
    def __init__(self, values):
        self.values = values

    def __len__(self):
        return len(self.values)

    def __getitem__(self, i):
        if torch.isnan(self.values[i]).any():
            raise OSError(f"reading {i} is broken")
        return self.values[i, :2], self.values[i, 2:]


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    values = torch.randn(200, 2)
    values = torch.cat([values, values.sum(1, keepdim=True)], 1)
    values[17] = torch.nan
    loader = DataLoader(Readings(values), batch_size=20, shuffle=True, num_workers=1, multiprocessing_context="fork")
    model = nn.Linear(2, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    broken = 0
    for epoch in range(4):
        stream = iter(loader)
        for _ in range(len(loader)):
            try:
                x, y = next(stream)
            except OSError as error:
                broken += "is broken" in str(error)
                continue
            except StopIteration:
                break
            loss = nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item(), broken)
