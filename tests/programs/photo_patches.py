"""Which photograph is this patch from? A residual network over a DataLoader, validated and saved every epoch."""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_sample_images
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        h = F.relu(self.bn1(self.conv1(x)))
        return F.relu(x + self.bn2(self.conv2(h)))


def build():
    return nn.Sequential(
        nn.Conv2d(3, 24, 3, stride=2, padding=1), Residual(24), Residual(24),
        nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(96, 2),
    )  # fmt: skip


def patches(images, columns, n, side, rng):
    """n patches (n, 3, side, side) of grey levels 0..255, cut from the given range of columns, and their photograph."""
    labels = rng.integers(len(images), size=n)
    cut = []
    for label in labels:
        top = rng.integers(images[label].shape[0] - side)
        left = rng.integers(columns[0], columns[1] - side)
        cut.append(images[label][top : top + side, left : left + side])
    x = torch.from_numpy(np.stack(cut)).permute(0, 3, 1, 2).float()
    return TensorDataset(x, torch.from_numpy(labels))


def train(model, loader, optimizer):
    model.train()
    total = 0.0
    for x, y in loader:
        x.div_(255).sub_(0.5)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(loader)


def test(model, loader):
    model.eval()
    correct = 0
    with torch.no_grad():
        for x, y in loader:
            x.div_(255).sub_(0.5)
            correct += model(x).argmax(1).eq(y).sum().item()
    return correct / len(loader.dataset)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--side", type=int, default=24)
    parser.add_argument("--checkpoints", type=Path, default=Path("patches_ckpt"))
    args = parser.parse_args()
    rng = np.random.default_rng(0)
    torch.manual_seed(0)
    images = load_sample_images().images  # a temple and a flower, each (427, 640, 3) uint8
    train_loader = DataLoader(patches(images, (0, 440), 3000, args.side, rng), batch_size=50, shuffle=True)
    test_loader = DataLoader(patches(images, (440, 640), 800, args.side, rng), batch_size=200)
    model = build()
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=args.epochs)
    args.checkpoints.mkdir(parents=True, exist_ok=True)
    start = time.time()
    for epoch in range(1, args.epochs + 1):
        loss, accuracy = train(model, train_loader, optimizer), test(model, test_loader)
        scheduler.step()
        print(f"Epoch {epoch:3d}  loss {loss:.4f}  test {accuracy:.2%}  {time.time() - start:.0f} s")
        state = {"epoch": epoch, "model": model.state_dict(), "optimizer": optimizer.state_dict()}
        torch.save(state, args.checkpoints / f"epoch_{epoch:02d}.pt")
    print(f"done: {accuracy:.1%} of patches put to their photograph")


if __name__ == "__main__":
    main()
