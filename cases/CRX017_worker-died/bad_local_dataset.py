"""Windows of a sine, from a data set defined where it is used."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


def loader_of(length):
    class Windows(Dataset):
        def __len__(self):
            return length

        def __getitem__(self, index):
            times = torch.arange(index, index + 9) * 0.2
            return {"past": times[:8].sin(), "next": times[8:].sin()}

    return DataLoader(Windows(), batch_size=10, num_workers=2, multiprocessing_context="spawn")


def train():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 1))
    adam = torch.optim.Adam(net.parameters(), 1e-2)
    for number, batch in enumerate(loader_of(80)):  # expect: CRX017
        loss = nn.functional.mse_loss(net(batch["past"]), batch["next"])
        adam.zero_grad()
        loss.backward()
        adam.step()
        print(number, loss.item())


if __name__ == "__main__":
    train()
