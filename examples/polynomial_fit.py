"""When does a model with more parameters predict worse, and what do weight decay and dropout do about it?

Fits polynomials of degree 1, 3 and 15 to 30 noisy temperatures of one day, by gradient descent, and measures each on
1,000 temperatures that it was not fitted to. The polynomial is a module of its own, with its own parameters.

    python examples/polynomial_fit.py
    trialrun run examples/polynomial_fit.py
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
import torch
import torch.nn.functional as F
from torch import Tensor, nn

matplotlib.use("Agg")
import matplotlib.pyplot as plt

NOISE = 1.0  # of the thermometer, in degrees C (standard deviation): no model can do better on new points
SETTINGS = [  # degree, weight decay, dropout
    (1, 0.0, 0.0),
    (3, 0.0, 0.0),
    (15, 0.0, 0.0),
    (15, 0.1, 0.0),
    (15, 3.0, 0.0),
    (15, 0.0, 0.1),
    (15, 0.0, 0.5),
]

DRAWN = SETTINGS[:4]

BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "plain-tensor": "the weights are no nn.Parameter, so the optimiser never gets them",
    "dropout-on": "the error is measured with dropout on",
    "hours": "the hours go into arccos as they are, not scaled to -1..1",
}


class Polynomial(nn.Module):
    """bias + the sum of weight[k] * T_k(x), with Chebyshev's T_k in place of x**k: they span the same curves."""

    def __init__(self, degree: int, dropout: float, broken: str | None = None) -> None:
        super().__init__()
        zeros = torch.zeros(degree, requires_grad=True)  # trainable, but only a Parameter is registered
        self.bias = nn.Parameter(torch.zeros(()))
        self.weight = zeros if broken == "plain-tensor" else nn.Parameter(zeros)  # --broken plain-tensor: MOD202
        self.dropout = nn.Dropout(dropout)
        self.register_buffer("powers", torch.arange(1, degree + 1))  # goes where the model goes, is not trained
        self.scaled = broken != "hours"

    def forward(self, hours: Tensor) -> Tensor:
        """Hours (N,) of the day, 0..24 -> temperatures (N,)."""
        x = hours / 12 - 1 if self.scaled else hours  # (N,) in -1..1
        angles = torch.arccos(x).unsqueeze(1)  # (N, 1)  # --broken hours: LOS306
        terms = torch.cos(self.powers * angles)  # (N, degree): T_k(x) = cos(k arccos x)
        return self.bias + self.dropout(terms) @ self.weight


def measured(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Hours (N,) and the temperatures (N,) then, in degrees C above the year's mean."""
    generator = torch.Generator().manual_seed(seed)
    hours = 24 * torch.rand(count, generator=generator)
    truth = 3 * torch.sin(hours / 3 - 4)
    return hours, truth + NOISE * torch.randn(count, generator=generator)


def fit(model: nn.Module, hours: Tensor, warmth: Tensor, weight_decay: float) -> None:
    """1,000 steps of gradient descent, each on all points."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=weight_decay)
    model.train()
    for _ in range(1000):
        optimizer.zero_grad()
        loss = F.mse_loss(model(hours), warmth)
        loss.backward()
        optimizer.step()


@torch.no_grad()
def error(model: nn.Module, hours: Tensor, warmth: Tensor, broken: str | None = None) -> float:
    """Root of the mean squared error, in degrees C."""
    if broken != "dropout-on":
        model.eval()
    predictions = model(hours)  # (N,)  # --broken dropout-on: EVA701
    return F.mse_loss(predictions, warmth).sqrt().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()

    torch.manual_seed(0)
    hours, warmth = measured(30, seed=1)
    valid_hours, valid_warmth = measured(1000, seed=2)
    all_day = torch.linspace(0.5, 23.5, 300)
    figure, (curves, bars) = plt.subplots(1, 2, figsize=(7, 3), layout="constrained")
    curves.plot(hours, warmth, "k.", label="the 30 points")

    errors = {}  # (training error, validation error) by setting
    print("                               error (degrees C)            length of")
    print("degree  weight decay  dropout  training  validation    gap  the weights")
    for degree, decay, dropout in SETTINGS:
        model = Polynomial(degree, dropout, args.broken)
        fit(model, hours, warmth, decay)
        train_error = error(model, hours, warmth, args.broken)
        valid_error = error(model, valid_hours, valid_warmth, args.broken)
        errors[degree, decay, dropout] = (train_error, valid_error)
        length, gap = model.weight.norm().item(), valid_error - train_error
        print(f"{degree:6} {decay:13} {dropout:8} {train_error:9.2f} {valid_error:11.2f} {gap:6.2f} {length:12.2f}")
        if (degree, decay, dropout) in DRAWN:
            curves.plot(all_day, model(all_day).detach(), label=f"degree {degree}, decay {decay}")

    curves.set(xlabel="hour of the day (h)", ylabel="above the mean (degrees C)", ylim=(-7, 7))
    curves.legend(fontsize=7)
    for shift, name, column in ((-0.2, "training", 0), (0.2, "validation", 1)):
        places = [place + shift for place in range(len(errors))]
        bars.bar(places, [pair[column] for pair in errors.values()], width=0.4, label=name)
    bars.axhline(NOISE, color="black", linestyle=":", label="noise")
    bars.set_xticks(range(len(errors)), [f"{k}\n{decay}\n{dropout}" for k, decay, dropout in errors], fontsize=7)
    bars.set(xlabel="degree, weight decay, dropout", ylabel="error (degrees C)")
    bars.legend(fontsize=7)
    args.out.mkdir(parents=True, exist_ok=True)
    figure.savefig(args.out / "polynomial_fit.png", dpi=100)

    (_, plain), (_, decayed), (_, dropped) = errors[15, 0.0, 0.0], errors[15, 0.1, 0.0], errors[15, 0.0, 0.1]
    print(f"noise: {NOISE:.2f} degrees C, which no model gets below on new points")
    print(
        f"answer: when it can fit the noise; degree 15 is off by {plain:.2f} degrees C on new points, degree 3 by "
        f"{errors[3, 0.0, 0.0][1]:.2f}, and weight decay brings degree 15 to {decayed:.2f}, dropout to {dropped:.2f}"
    )


if __name__ == "__main__":
    main()
