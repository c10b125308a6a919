"""A network that reads the temperature from the light curve of a star; each curve lies in a file of its own."""

import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


def observe(folder, count):
    source = np.random.default_rng(11)
    wave = np.linspace(0.2, 2.0, 6000)
    for number in range(count):
        heat = source.uniform(0.8, 2.0)
        light = wave**-5 / (np.exp(4 / (wave * heat)) - 1)
        light = light / light.max() + source.normal(0, 0.01, wave.shape)
        np.savez_compressed(folder / f"star{number:04d}.npz", light=light, wave=wave, heat=heat)


class Stars(Dataset):
    def __init__(self, folder):
        self.files = sorted(folder.glob("*.npz"))

    def __getitem__(self, number):
        with np.load(self.files[number]) as star:
            light, heat = star["light"], float(star["heat"])
        binned = light.reshape(60, 100).mean(axis=1)
        return torch.from_numpy(binned).float(), torch.tensor([heat], dtype=torch.float32)

    def __len__(self):
        return len(self.files)


class Trainer:
    def __init__(self, network, loader):
        self.network = network
        self.loader = loader
        self.optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3)
        self.loss = nn.SmoothL1Loss()

    def fit(self, epochs):
        for epoch in range(epochs):
            error = self.one_epoch()
            if epoch % 500 == 0:
                print(f"epoch {epoch}: error {error:.4f}")

    def one_epoch(self):
        self.network.train()
        errors = []
        for light, heat in self.loader:  # expect: PRF001
            self.optimiser.zero_grad()
            error = self.loss(self.network(light), heat)
            error.backward()
            self.optimiser.step()
            errors.append(error.item())
        return sum(errors) / len(errors)


if __name__ == "__main__":
    torch.manual_seed(1)
    folder = Path(tempfile.mkdtemp())
    observe(folder, 480)
    network = nn.Sequential(nn.Linear(60, 48), nn.GELU(), nn.Linear(48, 1))
    Trainer(network, DataLoader(Stars(folder), batch_size=16, shuffle=True)).fit(6000)
