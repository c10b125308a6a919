"""A table of names is looked up in a worker; one name is not in it."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

COLOURS = {"red": 0, "green": 1}


class Beads(Dataset):
    def __init__(self, names):
        self.names = names

    def __len__(self):
        return len(self.names)

    def __getitem__(self, i):
        code = COLOURS[self.names[i]]  # expect: CRX000
        return torch.full((3,), float(code)) + 0.1 * torch.randn(3), code


def main():
    torch.manual_seed(0)
    names = ["red", "green"] * 60
    names[1] = "worker killed"
    model = nn.Linear(3, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for inputs, codes in DataLoader(Beads(names), batch_size=20, num_workers=1, multiprocessing_context="fork"):
        loss = nn.functional.cross_entropy(model(inputs), codes)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


if __name__ == "__main__":
    main()
