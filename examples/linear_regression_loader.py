"""Which parts of a linear regression does PyTorch bring along, and do they change what is found?

The spring of linear_regression_scratch.py once more, with the same 1,000 readings and the same start at zero, but with
TensorDataset and DataLoader for the batches, nn.Linear for the line, nn.MSELoss for the error and SGD for the updates.
Before it trains, it compares the gradient of that mean with the gradient of the sum divided by the batch size.

    python examples/linear_regression_loader.py           # 8 epochs, a second or two
    trialrun run examples/linear_regression_loader.py     # rehearses it
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

STRETCH, LENGTH = 2.0, 5.0  # cm per newton, and cm without a load: what has to be found
NOISE = 0.3  # cm, the ruler's standard deviation
EPOCHS, BATCH, RATE = 8, 32, 0.05
BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "flat-lengths": "the lengths are (N,), the predictions (N, 1): each is compared with all",
    "sum-loss": "the loss is a sum, and the rate was lowered until 32 samples at a time went well",
    "wiped": "the gradients are cleared once more, after backward() and before step()",
}


def make_data() -> tuple[Tensor, Tensor]:
    """1,000 loads (N, 1) in newtons and the lengths (N, 1) in cm that were read."""
    generator = torch.Generator().manual_seed(0)
    loads = 3 * torch.rand(1000, 1, generator=generator)
    lengths = STRETCH * loads + LENGTH + NOISE * torch.randn(1000, 1, generator=generator)
    return loads, lengths


def make_model() -> nn.Linear:
    """One weight (1, 1) and one bias (1,), both 0: a line has no hidden units that zeros would keep alike."""
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    return model


def train_step(
    model: nn.Linear,
    criterion: nn.MSELoss,
    optimizer: torch.optim.Optimizer,
    x: Tensor,
    y: Tensor,
    broken: str | None = None,
) -> float:
    """One update from one batch; returns the loss before it (cm²)."""
    loss = criterion(model(x), y)  # a scalar  # --broken flat-lengths: LOS301, --broken sum-loss: LOS309
    optimizer.zero_grad()
    loss.backward()
    if broken == "wiped":
        optimizer.zero_grad()  # --broken wiped: GRD402
    optimizer.step()
    return loss.item()


def draw(path: Path, losses: list[float]) -> None:
    """The loss of each step."""
    figure, axes = plt.subplots(figsize=(6, 3.2))
    axes.semilogy(range(1, len(losses) + 1), losses, linewidth=1)
    axes.axhline(NOISE**2, color="grey", linestyle=":", label="the ruler's noise")
    axes.set(xlabel="step", ylabel="loss of the batch (cm²)")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=100)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()

    torch.manual_seed(0)
    x, y = make_data()
    readings = TensorDataset(x, y.squeeze(1) if args.broken == "flat-lengths" else y)
    loader = DataLoader(readings, batch_size=BATCH, shuffle=True)  # 32 batches, the last of 8
    model = make_model()
    criterion = nn.MSELoss(reduction="sum" if args.broken == "sum-loss" else "mean")
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE / BATCH if args.broken == "sum-loss" else RATE)

    error = model(x[:BATCH]) - y[:BATCH]  # (32, 1)
    (of_sum,) = torch.autograd.grad((error**2).sum(), model.weight, retain_graph=True)
    (of_mean,) = torch.autograd.grad((error**2).mean(), model.weight)
    print(f"first {BATCH} readings: gradient of the mean {of_mean.item():.4f}, of the sum {of_sum.item():.4f}")
    print(f"divided: {of_sum.item():.4f} / {BATCH} = {of_sum.item() / BATCH:.4f}")

    losses: list[float] = []
    print("epoch  loss (cm²)  weight (cm/N)  bias (cm)")
    for epoch in range(1, EPOCHS + 1):
        total = 0.0
        for xs, ys in loader:
            losses.append(train_step(model, criterion, optimizer, xs, ys, args.broken))
            total += losses[-1] * len(xs)
        print(f"{epoch:5d}  {total / len(x):10.4f}  {model.weight.item():13.4f}  {model.bias.item():9.4f}")

    args.out.mkdir(parents=True, exist_ok=True)
    draw(args.out / "linear_regression_loader.png", losses)
    table = torch.cat([x, torch.ones_like(x)], dim=1)  # (1000, 2)
    best = torch.linalg.lstsq(table, y).solution.flatten().tolist()  # the minimum itself, in one go
    print(f"least squares  {best[0]:.4f} cm/N  {best[1]:.4f} cm")
    print(f"found          {model.weight.item():.4f} cm/N  {model.bias.item():.4f} cm")
    off = abs(model.weight.item() / best[0] - 1)
    print(f"The parts change no formula: their mean is the sum / {BATCH}, and the slope ends {off:.1%} from the best.")


if __name__ == "__main__":
    main()
