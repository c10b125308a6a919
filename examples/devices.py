"""Which tensors have to be on the model's device, and what moves them there?

Prints what `model.to(...)` moves and which tensors may meet in one operation, then trains a small classifier on the
best device: CUDA, MPS or the CPU. With a CPU alone, the other device is "meta", whose tensors have no data.

    python examples/devices.py
    trialrun run examples/devices.py
"""

from __future__ import annotations

import argparse
import copy
import os
from pathlib import Path

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

EPOCHS, BATCH = 12, 50
BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "constant": "a tensor made in forward is not made where the input is",
    "attribute": "the mean is a plain attribute, which model.to(device) leaves behind",
    "by-hand": "a tensor to be trained is put on the device by hand and is no nn.Parameter",
    "deepcopy": "the optimiser is built first, then a copy of the model is moved and trained",
}


def best_and_other() -> tuple[torch.device, torch.device]:
    """Where to train, and a device where the model is not."""
    if torch.cuda.is_available():
        return torch.device("cuda"), torch.device("cpu")
    if torch.backends.mps.is_available():
        return torch.device("mps"), torch.device("cpu")
    return torch.device("cpu"), torch.device("meta")


DEVICE, OTHER = best_and_other()


class Net(nn.Module):
    """Two classes of points in the plane, from the sines and cosines of their places."""

    def __init__(self, mean: Tensor, broken: str | None) -> None:
        super().__init__()
        self.broken = broken
        if broken == "attribute":
            self.mean = mean.to(OTHER)  # on the CPU, that is, when there is an accelerator
        else:
            self.register_buffer("mean", mean)  # (2,): in state_dict(), moved by to(), never trained
        self.gain = (  # (2,)  # --broken by-hand: MOD202
            torch.ones(2, device=DEVICE, requires_grad=True) if broken == "by-hand" else nn.Parameter(torch.ones(2))
        )
        self.body = nn.Sequential(nn.Linear(16, 32), nn.ReLU())
        self.head = nn.Linear(32, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Places (N, 2) -> logits (N,)."""
        frequencies = torch.arange(1.0, 5.0, device=OTHER if self.broken == "constant" else x.device)  # (4,)
        centred = (x - self.mean) * self.gain  # (N, 2)  # --broken attribute: CRX007
        angles = centred[:, :, None] * frequencies  # (N, 2, 4)  # --broken constant: CRX007
        waves = torch.cat([angles.sin(), angles.cos()], dim=2).flatten(1)  # (N, 16)
        return self.head(self.body(waves)).squeeze(1)


def show_moves() -> None:
    """What a model takes along, and what not."""
    target = DEVICE if DEVICE.type != "cpu" else OTHER
    model, x = nn.Linear(2, 2), torch.ones(3, 2)
    model.register_buffer("mean", torch.zeros(2))
    model.constant = torch.ones(2)
    model.to(target)
    x.to(target)  # gives a copy there, which is thrown away: x = x.to(target) is what is meant
    print(f"after model.to('{target}') and x.to('{target}')   is on")
    for name, tensor in [
        ("model.weight, an nn.Parameter", model.weight),
        ("model.mean, a registered buffer", model.mean),
        ("model.constant, a plain attribute", model.constant),
        ("x, a tensor", x),
    ]:
        print(f"{name:40} {tensor.device}")

    here, there = torch.ones(2), torch.ones(2, device=target)
    print(f"\nmay it meet (2,) on {target}?")
    for name, factor in [("(2,) on cpu", here), ("() on cpu", here[0]), ("the Python number 2.0", 2.0)]:
        print(f"{name:22} {product(factor, there)}")


def product(factor: Tensor | float, there: Tensor) -> str:
    try:
        return f"yes, the result is on {(factor * there).device}"
    except RuntimeError as error:
        return f"no: {str(error).split('!')[0]}"


def make_points(count: int) -> tuple[Tensor, Tensor]:
    """Places (count, 2) about (50, 50), and 1.0 in every other ring around there (count,)."""
    x = 50 + 2 * torch.randn(count, 2)
    return x, ((x - 50).norm(dim=1) % 2 > 1).float()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    show_moves()
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "not set")
    print(f"\ntraining on {DEVICE}; CUDA devices: {torch.cuda.device_count()} (CUDA_VISIBLE_DEVICES: {visible})")

    (x, y), (test_x, test_y) = make_points(2000), make_points(500)
    model = Net(x.mean(dim=0), args.broken)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)  # --broken deepcopy: OPT502
    model = copy.deepcopy(model).to(DEVICE) if args.broken == "deepcopy" else model.to(DEVICE)
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    print(f"the optimiser made before model.to() holds {sum(id(p) in held for p in model.parameters())} of ", end="")
    print(f"{len(list(model.parameters()))} parameters\n\nepoch  mean loss (nats)")
    x, y, test_x, test_y = (tensor.to(DEVICE) for tensor in (x, y, test_x, test_y))
    for epoch in range(1, EPOCHS + 1):
        total = torch.zeros((), device=DEVICE)
        for rows in torch.randperm(len(x), device=DEVICE).split(BATCH):  # (50,)
            optimizer.zero_grad()
            loss = F.binary_cross_entropy_with_logits(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            total += loss.detach()  # stays on the device; loss.item() would make Python wait for it in every step
        print(f"{epoch:5}  {total.item() / (len(x) // BATCH):.3f}")

    sides = torch.linspace(44, 56, 61, device=DEVICE)
    with torch.no_grad():
        right = int(((model(test_x) > 0) == (test_y > 0)).sum())
        grid = torch.cartesian_prod(sides, sides)  # (3721, 2)
        chances = model(grid).sigmoid().view(61, 61).T.cpu()  # a plot is drawn by the CPU
    figure, axis = plt.subplots(figsize=(5, 4), layout="constrained")
    image = axis.imshow(chances, origin="lower", extent=(44, 56, 44, 56), vmin=0, vmax=1)
    places = test_x[:120].cpu()  # (120, 2)
    axis.scatter(places[:, 0], places[:, 1], c=test_y[:120].cpu(), s=12, edgecolors="white", linewidths=0.5)
    axis.set(xlabel="x (length units)", ylabel="y (length units)", title=f"trained on {DEVICE}")
    figure.colorbar(image, label="probability of class 1")
    figure.savefig(args.out / "devices.png", dpi=100)
    print("\nParameters and registered buffers move with the model; all else is moved, or made, where the model is.")
    print(f"Done so, the classifier trained on {DEVICE} tells {right / len(test_x):.1%} of {len(test_x)} points right.")


if __name__ == "__main__":
    main()
