"""Right though unusual: walks of different lengths are replaced, one by one, by codes of one length; those are then batched."""

import random

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Store(Dataset):
    def __init__(self, items, labels):
        self.items, self.labels = list(items), labels

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i], self.labels[i]

    def __setitem__(self, i, item):
        self.items[i] = item


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(1, 6)
        self.ahead = nn.Linear(6, 1)

    def forward(self, walk):
        states, last = self.rnn(walk[:, None])
        return self.ahead(states[:-1])[:, 0], last[0]


def main():
    random.seed(0)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    lengths = [random.randint(5, 12) for _ in range(120)]
    labels = [i % 2 for i in range(120)]
    walks = [(torch.randn(n) * 0.5 + (0.4 if label else -0.4)).cumsum(0) for n, label in zip(lengths, labels)]
    store, encoder = Store(walks, labels), Encoder()
    optimizer = torch.optim.Adam(encoder.parameters(), lr=1e-2)
    for i in random.sample(range(120), 120):
        walk, _ = store[i]
        ahead, code = encoder(walk)
        loss = nn.functional.mse_loss(ahead, walk[1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        store[i] = code.detach()
    head = nn.Linear(6, 2)
    optimizer = torch.optim.Adam(head.parameters(), lr=3e-2)
    for epoch in range(10):
        for codes, kinds in DataLoader(store, batch_size=20, shuffle=True):
            loss = nn.functional.cross_entropy(head(codes), kinds)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    main()
