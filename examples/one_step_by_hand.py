"""What does one training step do to a weight, number by number?

One taxi ride, 2 km and 3 minutes of waiting, cost 7 euros. A linear layer guesses the price, and one step of SGD makes
the guess better. All that PyTorch computes on the way is printed beside the same calculated in plain Python, and has to
agree; so has all of the 19 steps after it.

    python examples/one_step_by_hand.py           # 20 steps, a second or two
    trialrun run examples/one_step_by_hand.py     # rehearses it
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import nn

RIDE, PRICE = [2.0, 3.0], 7.0  # km and minutes; euros
WEIGHT, BIAS = [1.0, 0.5], 0.5  # to begin with: euros per km and per minute; euros
STEPS, RATE = 20, 0.01
SHOWN = (1, 2, 3, 5, 10, 20)
BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "whole-numbers": "2 and 3 in place of 2.0 and 3.0 make a tensor of integers",
    "one-forward": "the guess is computed once, in front of the loop; each step goes back through it",
    "usual-rate": "0.1, which is so often right, is too much for inputs of this size",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()
    rate = 0.1 if args.broken == "usual-rate" else RATE

    dtype = torch.int64 if args.broken == "whole-numbers" else torch.float32
    x = torch.tensor([RIDE], dtype=dtype)  # (1, 2): a batch of one ride
    y = torch.tensor([[PRICE]])  # (1, 1)
    model = nn.Linear(2, 1)  # weight (1, 2), bias (1,)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([WEIGHT]))
        model.bias.copy_(torch.tensor([BIAS]))
    criterion = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)  # --broken usual-rate: OPT503

    y_hat = model(x)  # --broken whole-numbers: CRX006
    table = []  # of each step: what PyTorch says of it, and what we say
    for step in range(1, STEPS + 1):
        (w1, w2), b = model.weight[0].tolist(), model.bias.item()  # plain numbers, to calculate with by hand
        if args.broken != "one-forward":
            y_hat = model(x)  # (1, 1)
        loss = criterion(y_hat, y)  # a scalar
        optimizer.zero_grad()
        loss.backward()  # --broken one-forward: CRX010
        optimizer.step()

        x1, x2 = RIDE
        guess = w1 * x1 + w2 * x2 + b
        error = guess - PRICE
        slope = 2 * error  # of the loss over the guess
        d1, d2, db = slope * x1, slope * x2, slope * 1  # of the loss over w1, w2 and b: the chain rule
        by_hand = {
            "y_hat": (y_hat, [guess]),
            "loss": (loss, [error**2]),
            "weight.grad": (model.weight.grad, [d1, d2]),
            "bias.grad": (model.bias.grad, [db]),
            "weight.data": (model.weight.data, [w1 - rate * d1, w2 - rate * d2]),
            "bias.data": (model.bias.data, [b - rate * db]),
        }
        if step == 1:
            print("             shape   by PyTorch           by hand")
            for name, (tensor, numbers) in by_hand.items():
                theirs = " ".join(f"{number:9.4f}" for number in tensor.flatten().tolist())
                ours = " ".join(f"{number:9.4f}" for number in numbers)
                print(f"{name:11s}  {tuple(tensor.shape)!s:6s} {theirs:19s} {ours}")
        table.append({name: (tensor.flatten().tolist(), numbers) for name, (tensor, numbers) in by_hand.items()})

    for row in table:
        for name, (theirs, ours) in row.items():
            assert torch.allclose(torch.tensor(theirs), torch.tensor(ours), rtol=1e-4, atol=1e-4), name
    factor = 1 - 2 * rate * (RIDE[0] ** 2 + RIDE[1] ** 2 + 1)  # each step multiplies the error by it
    losses = [row["loss"][0][0] for row in table]
    law = [losses[0] * factor ** (2 * step) for step in range(len(losses))]  # and the loss by its square
    print("step  loss (euros²)  by the law")
    for step, (loss, expected) in enumerate(zip(losses, law, strict=True), start=1):
        if step in SHOWN:
            print(f"{step:4d}  {loss:13.6f}  {expected:10.6f}")

    args.out.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(figsize=(6, 3.2))
    axes.semilogy(range(1, len(law) + 1), law, color="grey", label=f"9 x {factor:.2f}^(2 (step - 1))")
    axes.semilogy(range(1, len(law) + 1), losses, "o", markersize=4, label="PyTorch")
    axes.set(xlabel="step", ylabel="loss (euros²)", xticks=range(0, STEPS + 1, 5))
    axes.legend()
    figure.tight_layout()
    figure.savefig(args.out / "one_step_by_hand.png", dpi=100)
    (w1, w2), b = model.weight[0].tolist(), model.bias.item()
    print(f"after {len(table)} steps: {w1:.4f} euros/km, {w2:.4f} euros/min, {b:.4f} euros")
    print(f"One step takes rate x gradient off each weight, and that multiplies the error by {factor:.2f}.")


if __name__ == "__main__":
    main()
