"""Recordings of three kinds of machine told apart by how long their sound stays loud."""

import math

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

LENGTH = 1024
BANDS = 16


class Recordings(Dataset):
    def __init__(self, count, generator):
        self.labels = generator.integers(0, 3, count)
        time = np.arange(LENGTH) / LENGTH
        pitch = (4 + 3 * self.labels + generator.normal(0, 0.4, count))[:, None]
        self.sounds = np.sin(2 * math.pi * pitch * time) * np.exp(-time * (1 + self.labels[:, None]))
        self.sounds += generator.normal(0, 0.1, self.sounds.shape)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return features(self.sounds[index]), int(self.labels[index])


def features(sound):
    energy = [0.0] * BANDS
    for place, value in enumerate(sound):
        energy[place * BANDS // LENGTH] += float(value) ** 2
    crossings = sum(1 for before, after in zip(sound, sound[1:]) if before * after < 0)
    row = [math.log(1e-3 + value) for value in energy]
    return torch.tensor([*row, crossings / 16], dtype=torch.float32)


def main():
    torch.manual_seed(0)
    recordings = Recordings(960, np.random.default_rng(0))
    loader = DataLoader(recordings, batch_size=32, shuffle=True)
    model = nn.Sequential(nn.Linear(BANDS + 1, 32), nn.ReLU(), nn.Linear(32, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    criterion = nn.CrossEntropyLoss()

    for epoch in range(2000):
        total, right = 0.0, 0
        for sounds, kinds in loader:  # expect: PRF001
            optimizer.zero_grad()
            scores = model(sounds)
            loss = criterion(scores, kinds)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(kinds)
            right += (scores.argmax(1) == kinds).sum().item()
        print(f"epoch {epoch}: loss {total / len(recordings):.3f}, accuracy {right / len(recordings):.3f}")


if __name__ == "__main__":
    main()
