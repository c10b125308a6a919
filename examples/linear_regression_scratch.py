"""How is a line fitted to data with nothing but tensors, backward() and a subtraction?

Stretches a spring that does not exist: 1,000 loads, and the lengths that a noisy ruler reads. Two tensors, a weight
and a bias, start at zero and are moved down the gradient of the squared error, 32 readings at a time, with no layer,
no optimiser and no loader. How the line was made is known, so what is found can be held against it.

    python examples/linear_regression_scratch.py           # 8 epochs, a second or two
    trialrun run examples/linear_regression_scratch.py     # rehearses it
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

STRETCH, LENGTH = 2.0, 5.0  # cm per newton, and cm without a load: what has to be found
NOISE = 0.3  # cm, the ruler's standard deviation
EPOCHS, BATCH, RATE = 8, 32, 0.05
BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "no-zero-grad": "the gradients of all steps add up",
    "recorded-update": "the update stands outside no_grad, so autograd should differentiate it too",
    "no-division": "the gradient of the sum is used as it is, 32 times as long as that of the mean",
}


def make_data() -> tuple[Tensor, Tensor]:
    """1,000 loads (N, 1) in newtons and the lengths (N, 1) in cm that were read."""
    generator = torch.Generator().manual_seed(0)
    loads = 3 * torch.rand(1000, 1, generator=generator)
    lengths = STRETCH * loads + LENGTH + NOISE * torch.randn(1000, 1, generator=generator)
    return loads, lengths


def batches(x: Tensor, y: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """All samples once, in a new random order, BATCH at a time; the last batch has what is left."""
    order = torch.randperm(len(x))
    for start in range(0, len(x), BATCH):
        chosen = order[start : start + BATCH]
        yield x[chosen], y[chosen]


def train_step(weight: Tensor, bias: Tensor, x: Tensor, y: Tensor, broken: str | None = None) -> float:
    """One update from one batch; returns the mean squared error before it (cm²)."""
    y_hat = x @ weight + bias  # (N, 1) @ (1, 1) + (1,) -> (N, 1)
    loss = (y_hat - y) ** 2  # (N, 1)  # --broken no-division: LOS306
    loss.sum().backward()  # adds to weight.grad (1, 1) and bias.grad (1,)
    count = 1 if broken == "no-division" else len(x)  # gradient of the sum / N = gradient of the mean
    with torch.enable_grad() if broken == "recorded-update" else torch.no_grad():
        for leaf in (weight, bias):
            leaf -= RATE * leaf.grad / count  # --broken no-zero-grad: GRD401, --broken recorded-update: CRX011
    if broken != "no-zero-grad":
        weight.grad = bias.grad = None  # or the next backward() would add to them
    return loss.mean().item()


def draw(path: Path, losses: list[float], x: Tensor, y: Tensor, weight: float, bias: float) -> None:
    """Left the loss of each epoch, right the readings with the line that was found."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2))
    left.semilogy(range(1, len(losses) + 1), losses, "o-")
    left.axhline(NOISE**2, color="grey", linestyle=":", label="the ruler's noise")
    left.set(xlabel="epoch", ylabel="mean squared error (cm²)")
    left.legend()
    right.plot(x, y, ".", markersize=2, alpha=0.5, label="readings")
    right.plot([0, 3], [bias, bias + 3 * weight], color="tab:red", label="line found")
    right.set(xlabel="load (N)", ylabel="length (cm)")
    right.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=100)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()

    torch.manual_seed(0)
    x, y = make_data()
    weight = torch.zeros(1, 1, requires_grad=True)  # leaves: made by us, not computed, so they keep a .grad
    bias = torch.zeros(1, requires_grad=True)

    losses = []
    print("epoch  loss (cm²)  weight (cm/N)  bias (cm)")
    for epoch in range(1, EPOCHS + 1):
        total = 0.0
        for xs, ys in batches(x, y):
            total += train_step(weight, bias, xs, ys, args.broken) * len(xs)
        losses.append(total / len(x))
        print(f"{epoch:5d}  {losses[-1]:10.4f}  {weight.item():13.4f}  {bias.item():9.4f}")

    args.out.mkdir(parents=True, exist_ok=True)
    draw(args.out / "linear_regression_scratch.png", losses, x, y, weight.item(), bias.item())
    table = torch.cat([x, torch.ones_like(x)], dim=1)  # (1000, 2)
    best = torch.linalg.lstsq(table, y).solution.flatten().tolist()  # the minimum itself, in one go
    print(f"made with      {STRETCH:.4f} cm/N  {LENGTH:.4f} cm  (and noise of {NOISE**2:.4f} cm²)")
    print(f"least squares  {best[0]:.4f} cm/N  {best[1]:.4f} cm")
    print(f"found          {weight.item():.4f} cm/N  {bias.item():.4f} cm")
    steps = EPOCHS * -(-len(x) // BATCH)
    off = abs(weight.item() / best[0] - 1)
    print(f"{steps} subtractions of rate x gradient end {off:.1%} from the slope that least squares gives.")


if __name__ == "__main__":
    main()
