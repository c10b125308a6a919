"""Digits under random noise and brightness; every worker is given a seed for reproducibility."""

import random

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, Dataset


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


class NoisyDigits(Dataset):
    def __init__(self):
        data = load_digits()
        self.images, self.labels = data.data.astype(np.float32) / 16, data.target

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        image = self.images[index] * np.random.uniform(0.7, 1.3) + 0.05 * np.random.randn(64)
        return {"image": image.astype(np.float32), "label": int(self.labels[index])}


class Trainer:
    def __init__(self, epochs):
        set_seed(1)
        self.epochs = epochs
        self.net = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
        self.optimizer = torch.optim.AdamW(self.net.parameters(), lr=2e-3)
        self.loader = DataLoader(NoisyDigits(), 64, shuffle=True, num_workers=1, worker_init_fn=set_seed)

    def fit(self):
        for epoch in range(self.epochs):
            for number, batch in enumerate(self.loader):  # expect: DAT109
                loss = nn.functional.cross_entropy(self.net(batch["image"]), batch["label"])
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
            print(epoch, loss.item())


if __name__ == "__main__":
    Trainer(3).fit()
