"""A reader in native code that dies on a broken record."""

import os
import signal

import torch
from torch.utils.data import DataLoader, Dataset


class Records(Dataset):
    def __len__(self):
        return 64

    def __getitem__(self, index):
        if index == 5:
            os.kill(os.getpid(), signal.SIGSEGV)
        return torch.full((3,), float(index)) / 64


def main():
    torch.manual_seed(0)
    model = torch.nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for batch in DataLoader(Records(), batch_size=8, num_workers=1):  # expect: CRX017
        optimizer.zero_grad()
        loss = (model(batch) - batch[:, :1]).square().mean()
        loss.backward()
        optimizer.step()


if __name__ == "__main__":
    main()
