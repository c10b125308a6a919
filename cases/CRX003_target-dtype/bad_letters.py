"""The next letter of a text, from the eight letters before it."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

TEXT = "the quick brown fox jumps over the lazy dog and the dog sleeps under the old oak tree " * 6
LETTERS = sorted(set(TEXT))


class Windows(Dataset):
    def __init__(self, text, length=8):
        self.codes = np.array([LETTERS.index(letter) for letter in text], dtype=np.int16)
        self.length = length

    def __len__(self):
        return len(self.codes) - self.length

    def __getitem__(self, start):
        window = self.codes[start : start + self.length]
        return torch.from_numpy(window).int(), torch.from_numpy(self.codes[start + 1 : start + self.length + 1])


class Smoothed(nn.Module):
    def __init__(self, amount):
        super().__init__()
        self.amount = amount

    def forward(self, scores, wanted):
        chances = scores.log_softmax(-1)
        told = nn.functional.nll_loss(chances.flatten(0, 1), wanted.flatten())  # expect: CRX003
        return (1 - self.amount) * told - self.amount * chances.mean()


class Writer(nn.Module):
    def __init__(self):
        super().__init__()
        self.letters = nn.Embedding(len(LETTERS), 24)
        self.past = nn.LSTM(24, 32, batch_first=True)
        self.next = nn.Linear(32, len(LETTERS))

    def forward(self, codes):
        return self.next(self.past(self.letters(codes))[0])


def train(epochs=3):
    torch.manual_seed(12)
    writer, criterion = Writer(), Smoothed(0.05)
    optimizer = torch.optim.Adam(writer.parameters(), lr=1e-2)
    loader = DataLoader(Windows(TEXT), batch_size=32, shuffle=True)
    for epoch in range(1, epochs + 1):
        for number, (codes, following) in enumerate(loader):
            optimizer.zero_grad()
            loss = criterion(writer(codes), following)
            loss.backward()
            nn.utils.clip_grad_norm_(writer.parameters(), 1.0)
            optimizer.step()
        print(f"epoch {epoch}, step {number}: {loss.item():.3f}")


if __name__ == "__main__":
    train()
