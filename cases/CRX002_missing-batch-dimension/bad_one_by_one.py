"""Handwritten digits, taken from the data set one after the other."""

import random

import torch
from sklearn.datasets import load_digits
from torch import nn


class Digits:
    def __init__(self):
        table = load_digits()
        self.pixels = torch.tensor(table.images, dtype=torch.float32).unsqueeze(1) / 16
        self.names = torch.tensor(table.target)

    def __getitem__(self, index):
        return {"pixels": self.pixels[index], "name": self.names[index]}

    def __len__(self):
        return 300


class Block(nn.Module):
    def __init__(self, inside, outside):
        super().__init__()
        self.weigh = nn.Conv2d(inside, outside, 3, padding=1, bias=False)
        self.norm = nn.GroupNorm(2, outside)

    def forward(self, maps):
        return nn.functional.silu(self.norm(self.weigh(maps)))  # expect: CRX002


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(Block(1, 8), nn.MaxPool2d(2), Block(8, 16))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(16, 10)

    def forward(self, pixels):
        maps = self.pool(self.body(pixels))
        return self.head(torch.flatten(maps, 1))


def one_pass(model, optimizer, digits):
    order = list(range(len(digits)))
    random.shuffle(order)
    total = 0.0
    for index in order:
        sample = digits[index]
        loss = nn.functional.cross_entropy(model(sample["pixels"]), sample["name"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(order)


if __name__ == "__main__":
    random.seed(3)
    torch.manual_seed(3)
    model = Classifier()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    for _ in range(3):
        print(one_pass(model, optimizer, Digits()))
