"""How many samples should one step of gradient descent look at: all of them, one, or a few?

Fits a linear regression to 442 real patients (scikit-learn's diabetes data) by full-batch, mini-batch and stochastic
descent, each at every rate of a grid, and counts gradients of single samples until the mean squared error is 0.5.

    python examples/gradient_descent_variants.py
    trialrun run examples/gradient_descent_variants.py
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from statistics import median

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_diabetes
from torch import Tensor, nn

GOAL = 0.5  # mean squared error; 1 is that of guessing the mean, 0.482 the least there is
BUDGET = 30  # passes over the data, at most
RATES = [2.0**power for power in range(-12, 1)]  # 1/4096 ... 1

BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "broadcast": "predictions (B, 1) meet targets (B,): every prediction is compared with every target",
    "no-zero-grad": "the gradients of all steps add up",
    "float64": "NumPy's float64 is kept, but the model's weights are float32",
}


def load_data(dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Patients (N, 10) and how their illness went on (N, 1), all columns with mean 0 and variance 1."""
    features, progress = load_diabetes(return_X_y=True, scaled=False)
    x = torch.tensor(features, dtype=dtype)
    y = torch.tensor(progress, dtype=dtype)[:, None]
    return (x - x.mean(0)) / x.std(0, correction=0), (y - y.mean()) / y.std(correction=0)


def descend(x: Tensor, y: Tensor, batch_size: int, rate: float, broken: str) -> tuple[list[int], list[float], float]:
    """Gradients taken so far and loss on all data, four times an epoch at most, and the seconds that a step takes."""
    torch.manual_seed(0)
    model = nn.Linear(10, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    target = y.squeeze(1) if broken == "broadcast" else y

    costs, losses, seconds, cost = [0], [1.0], [], 0
    for _ in range(BUDGET):
        for batch in torch.randperm(len(x)).split(batch_size):  # (B,)
            started = time.perf_counter()
            if broken != "no-zero-grad":
                optimizer.zero_grad()
            prediction = model(x[batch])  # (B, 1)  # --broken float64: CRX006
            loss = nn.functional.mse_loss(prediction, target[batch])  # --broken broadcast: LOS301
            loss.backward()
            optimizer.step()  # --broken no-zero-grad: GRD401
            seconds.append(time.perf_counter() - started)
            cost += len(batch)
            if cost - costs[-1] >= len(x) / 4:
                with torch.no_grad():
                    losses.append(nn.functional.mse_loss(model(x), y).item())
                costs.append(cost)
                if not GOAL < losses[-1] < 10:  # there, or on its way to infinity
                    return costs, losses, median(seconds)
    return costs, losses, median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()

    x, y = load_data(torch.float64 if args.broken == "float64" else torch.float32)
    curvature = torch.linalg.eigvalsh(2 * x.T @ x / len(x))[-1].item()  # the largest of the loss's Hessian
    print(f"{len(x)} samples, goal: mean squared error {GOAL}, at most {BUDGET * len(x):,} gradients")
    print(f"a full batch diverges at rates above 2 / curvature = {2 / curvature:.3f}\n")
    print("samples a step   usable rates      best rate   gradients   steps   time, ms")

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    costs_of = {}  # gradients at the best rate
    for color, batch_size in (("C0", len(x)), ("C1", 32), ("C2", 1)):
        runs, usable = {}, {}
        for rate in RATES:
            runs[rate] = descend(x, y, batch_size, rate, args.broken)
            costs, losses, _ = runs[rate]
            if losses[-1] <= GOAL:
                usable[rate] = costs[-1]
        left.plot(list(usable), list(usable.values()), "o-", color=color, label=f"{batch_size} a step")
        if not usable:
            print(f"{batch_size:14d}   none")
            continue
        best = min(usable, key=usable.__getitem__)
        costs, losses, seconds = runs[best]
        right.plot(costs, losses, ".-", color=color)
        costs_of[batch_size] = costs[-1]
        print(
            f"{batch_size:14d}   1/{1 / min(usable):<4.0f} to 1/{1 / max(usable):<4.0f}   1/{1 / best:<7.0f}"
            f"   {costs[-1]:9,}   {costs[-1] / batch_size:5.0f}   {1000 * seconds * costs[-1] / batch_size:8.1f}"
        )

    left.set(xscale="log", xlim=(RATES[0] / 1.5, RATES[-1]), xlabel="learning rate")
    left.set(yscale="log", ylim=(100, BUDGET * len(x)), ylabel=f"gradients until the loss is {GOAL}")
    right.set(xlabel="gradients of single samples", ylabel="mean squared error (variances of y)")
    figure.legend(loc="outside right upper")
    args.out.mkdir(parents=True, exist_ok=True)
    figure.savefig(args.out / "gradient_descent_variants.png", dpi=100)
    if len(costs_of) == 3:
        full, few, one = costs_of.values()
        print(f"\nA few: 32 samples a step need {full / few:.1f} times fewer gradients than all {len(x)},", end=" ")
        print(f"and {one / (few / 32):.0f} times fewer steps than one.")


if __name__ == "__main__":
    main()
