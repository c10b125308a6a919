"""Why does the order of a sum matter, and which float format may hold the weights?

First the numbers: one sum in six orders, and what float32, tf32, float16 and bfloat16 can tell apart. Then a training
on pictures of digits: the same updates are added to copies of the weights that are kept in each of these formats.

    python examples/float_order.py
    trialrun run examples/float_order.py
"""

from __future__ import annotations

import argparse
import copy
import functools
import math
import operator
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "weights-in-bfloat16": "the weights themselves are bfloat16, and small updates are rounded away",
    "one-pass-variance": "the mean square less the square of the mean: two large numbers that nearly cancel",
}


def tf32(x: Tensor) -> Tensor:
    """An emulation: float32 with its mantissa rounded to 10 bits, as tensor cores round what they multiply."""
    bits = x.float().view(torch.int32)
    return ((bits + 0x0FFF + ((bits >> 13) & 1)) & ~0x1FFF).view(torch.float32)  # to nearest, ties to even


FORMATS = {  # name: (rounds to it, bits of the mantissa, its range)
    "float32": (lambda x: x.float(), 23, torch.finfo(torch.float32)),
    "tf32": (tf32, 10, torch.finfo(torch.float32)),  # the range of float32
    "float16": (lambda x: x.half().float(), 10, torch.finfo(torch.float16)),
    "bfloat16": (lambda x: x.bfloat16().float(), 7, torch.finfo(torch.bfloat16)),
}


def pairwise(x: np.ndarray) -> np.float32:
    while len(x) > 1:
        x = x[0::2] + x[1::2]
    return x[0]


def kahan(numbers: np.ndarray) -> np.float32:
    total, lost = np.float32(0), np.float32(0)
    for number in numbers:
        small = number - lost
        lost = ((total + small) - total) - small  # what this addition is about to round away
        total += small
    return total


def show_sums() -> None:
    numbers = np.random.default_rng(0).random(2**15, dtype=np.float32) ** 4  # few large, many small
    exact = math.fsum(numbers.tolist())  # in exact arithmetic, rounded once
    add = functools.partial(functools.reduce, operator.add)  # one after the other
    orders = {
        "as they come": add(numbers),
        "largest first": add(np.sort(numbers)[::-1]),
        "smallest first": add(np.sort(numbers)),
        "pairwise": pairwise(numbers),
        "Kahan": kahan(numbers),
        "math.fsum": np.float32(exact),
    }
    print(f"(1e20 - 1e20) + 1 = {(1e20 - 1e20) + 1:g}, but 1e20 + (-1e20 + 1) = {1e20 + (-1e20 + 1):g}\n")
    print(f"sum of {len(numbers):,} numbers in float32   relative error")
    for name, total in orders.items():
        print(f"{name:34s}  {abs(float(total) - exact) / exact:14.1e}")


def show_formats() -> None:
    print("\nformat    mantissa  spacing at 1  at 1000  smallest normal  largest  1 + 2**-9  65504 + 16")
    for name, (to, bits, info) in FORMATS.items():
        near, far = to(torch.tensor(1 + 2**-9)), to(torch.tensor(65504.0 + 16))
        print(
            f"{name:8s}  {bits:3d} bits  {2**-bits:12.1e}  {2 ** (9 - bits):7.1g}  {info.smallest_normal:15.1e}  ",
            end="",
        )
        print(f"{info.max:7.1e}  {near:9.6f}  {far:10.0f}")


def load(broken: str | None) -> tuple[Tensor, Tensor]:
    pixels, digits = load_digits(return_X_y=True)
    x = torch.tensor(pixels, dtype=torch.float32) + 4096  # (1797, 64): a camera's raw values, black is not 0
    mean = x.mean(0)
    one_pass = x.square().mean(0) - mean.square()
    variance = one_pass if broken == "one-pass-variance" else (x - mean).square().mean(0)
    return (x - mean) / (variance + 1e-3).sqrt(), torch.tensor(digits)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()

    show_sums()
    show_formats()
    torch.manual_seed(0)
    x, y = load(args.broken)  # (1797, 64), (1797,)
    dtype = torch.bfloat16 if args.broken == "weights-in-bfloat16" else torch.float32
    model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10)).to(dtype)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)  # --broken weights-in-bfloat16: NUM802
    weights = parameters_to_vector(model.parameters()).detach().float()  # (26122,)
    start = {name: to(weights) for name, (to, _, _) in FORMATS.items()}
    kept, losses = dict(start), {name: [] for name in FORMATS}
    copied = copy.deepcopy(model).float()  # takes what is kept, to be tested: the model that trains stays as it is
    for _ in range(40):
        for rows in torch.randperm(1408).split(64):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x[rows].to(dtype)).float(), y[rows])  # --broken one-pass-variance: DAT101
            loss.backward()
            optimizer.step()
            before, weights = weights, parameters_to_vector(model.parameters()).detach().float()
            kept = {name: FORMATS[name][0](held + (weights - before)) for name, held in kept.items()}
        for name, held in kept.items():
            vector_to_parameters(held, copied.parameters())
            with torch.no_grad():
                losses[name].append(F.cross_entropy(copied(x[1408:]), y[1408:]).item())

    print("\nweights in  moved at all  loss on 389 unseen pictures")
    moved = {name: float((held != start[name]).double().mean()) for name, held in kept.items()}
    for name, loss in losses.items():
        print(f"{name:10s}  {moved[name]:12.0%}  {loss[0]:.3f} -> {loss[-1]:.3f}")
    full, low = losses["float32"][-1], losses["bfloat16"][-1]
    print(f"\nThe same updates bring the loss to {full:.2f} with weights in float32, to {low:.2f} with bfloat16:")
    print(f"there, {1 - moved['bfloat16']:.0%} of the weights end where they began, as each sum is rounded back.")

    args.out.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(figsize=(6, 3.4), layout="constrained")
    for (name, loss), style in zip(losses.items(), ("-", "-", "--", "-"), strict=True):
        axes.plot(range(1, len(loss) + 1), loss, style, label=name)
    axes.set(xlabel="epoch", ylabel="loss on unseen pictures (nats)")
    axes.legend(title="weights kept in")
    figure.savefig(args.out / "float_order.png", dpi=100)


if __name__ == "__main__":
    main()
