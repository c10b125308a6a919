"""Handwritten digits; three convolutions of different reach look at each picture side by side."""

import torch
import torch.nn as nn
from sklearn.datasets import load_digits


class SideBySide(nn.Module):
    def __init__(self, channels, each, reaches=(1, 3, 5)):
        super().__init__()
        self.branches = tuple(nn.Conv2d(channels, each, reach, padding=reach // 2) for reach in reaches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=1)  # expect: MOD201


def build():
    return nn.Sequential(
        SideBySide(1, 8),
        nn.BatchNorm2d(24),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(24 * 4 * 4, 10),
    )


def batches(pictures, labels, size, generator):
    order = torch.randperm(len(labels), generator=generator)
    for start in range(0, len(order) - size + 1, size):
        rows = order[start : start + size]
        yield pictures[rows], labels[rows]


torch.manual_seed(2)
digits = load_digits()
pictures = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 8 - 1
labels = torch.tensor(digits.target)
train_x, train_y, test_x, test_y = pictures[:1400], labels[:1400], pictures[1400:], labels[1400:]

net = build()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
generator = torch.Generator().manual_seed(5)
for epoch in range(3):
    net.train()
    for step, (x, y) in enumerate(batches(train_x, train_y, 50, generator)):
        loss = criterion(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 14 == 0:
            print(f"epoch {epoch} step {step}: {loss.item():.3f}")
net.eval()
with torch.no_grad():
    print(f"test accuracy {(net(test_x).argmax(1) == test_y).float().mean().item():.3f}")
