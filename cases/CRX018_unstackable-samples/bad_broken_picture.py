"""Pictures from a folder; unreadable ones are skipped by returning nothing."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Pictures(Dataset):
    def __init__(self, count):
        self.pixels = torch.rand(count, 1, 8, 8)
        self.readable = torch.arange(count) % 20 != 19

    def __len__(self):
        return len(self.pixels)

    def __getitem__(self, i):
        if not self.readable[i]:
            return None
        return self.pixels[i], int(self.pixels[i].mean() > 0.5)


def main():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))
    opt = torch.optim.Adam(net.parameters(), 1e-2)
    batches = iter(DataLoader(Pictures(80), batch_size=16, num_workers=1))
    while True:
        try:
            pixels, light = next(batches)  # expect: CRX018
        except StopIteration:
            break
        loss = nn.functional.cross_entropy(net(pixels), light)
        opt.zero_grad()
        loss.backward()
        opt.step()


if __name__ == "__main__":
    main()
