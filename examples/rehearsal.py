"""How do you find out in a minute whether a training of hours can work at all?

Climbs four steps by hand, each from the same first weights: one update, one batch by heart, a tenth of the data, and
only then the full training, with TensorBoard. Each step says what it proves, and stops the program where it fails.
The command below makes these checks, and many more, on a program that has none of them.

    python examples/rehearsal.py
    trialrun run examples/rehearsal.py
"""

from __future__ import annotations

import argparse
import copy
from pathlib import Path

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset
from torch.utils.tensorboard import SummaryWriter

BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "softmax": "the network ends in a softmax, and cross-entropy applies its own",
    "late-head": "the last layer is replaced after the optimiser was made",
}


class Rehearsal:
    """A model with its optimiser, put back to the first weights before each step."""

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer, board: SummaryWriter) -> None:
        self.model, self.optimizer, self.board = model, optimizer, board
        self.first_weights, self.first_state = copy.deepcopy((list(model.parameters()), optimizer.state_dict()))

    def fit(self, name: str, loader: DataLoader, epochs: int) -> list[float]:
        """Train from the first weights; returns the loss of each update (nats per image)."""
        for weight, first in zip(self.model.parameters(), self.first_weights, strict=True):
            weight.data.copy_(first)
        self.optimizer.load_state_dict(self.first_state)
        losses: list[float] = []
        for _ in range(epochs):
            for images, digits in loader:
                logits = self.model(images)  # --broken softmax: LOS302
                assert logits.shape == (len(images), 10), f"logits have the shape {tuple(logits.shape)}"
                loss = F.cross_entropy(logits, digits)
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
                losses.append(loss.item())
                self.board.add_scalar(f"{name}/loss", losses[-1], len(losses))
        return losses

    @torch.no_grad()
    def accuracy(self, valid: TensorDataset) -> float:
        images, digits = valid.tensors
        return (self.model(images).argmax(dim=1) == digits).float().mean().item()


def step(title: str, fine: bool, measured: str, proves: str) -> None:
    """Tell what a step came to, and stop where it failed."""
    print(f"{title:20} {'passed' if fine else 'FAILED'}  {measured}")
    if not fine:
        raise SystemExit(f"stopped: without this step it is not known that {proves}")
    print(f"{'':28} so {proves}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot and TensorBoard")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()
    torch.manual_seed(0)

    bunch = load_digits()
    order = torch.randperm(1797)
    images = torch.tensor(bunch.images, dtype=torch.float32)[order, None] / 8 - 0.6  # (1797, 1, 8, 8), about -0.6..1.4
    digits = torch.tensor(bunch.target)[order]  # (1797,)
    train, valid = TensorDataset(images[:1400], digits[:1400]), TensorDataset(images[1400:], digits[1400:])

    body = [nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16 * 9, 64), nn.ReLU()]
    end = [nn.Softmax(dim=1)] if args.broken == "softmax" else []
    model = nn.Sequential(*body, nn.Linear(64, 10), *end)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)  # --broken late-head: OPT501
    if args.broken == "late-head":
        model[-1] = nn.Linear(64, 10)
    board = SummaryWriter(args.out / "tensorboard")
    rehearsal = Rehearsal(model, optimizer, board)

    one = DataLoader(train, batch_size=50, sampler=range(50))
    (loss,) = rehearsal.fit("one update", one, epochs=1)
    got = [p.grad is not None and bool(p.grad.isfinite().all() and p.grad.any()) for p in model.parameters()]
    measured = f"loss {loss:.2f} (guessing: 2.30), a gradient in {sum(got)} of {len(got)} parameters"
    step("1 one update", all(got) and abs(loss - 2.303) < 0.5, measured, "shapes fit and the loss reaches every layer")

    by_heart = rehearsal.fit("one batch", one, epochs=150)
    step("2 one batch", by_heart[-1] < 0.1, f"loss {by_heart[0]:.2f} -> {by_heart[-1]:.3f}", "this model can learn")

    part = DataLoader(Subset(train, range(140)), batch_size=20, shuffle=True)
    tenth = rehearsal.fit("a tenth", part, epochs=10)
    right, majority = rehearsal.accuracy(valid), digits[1400:].bincount().max().item() / len(valid)
    measured = f"{right:.1%} right, always the same digit: {majority:.1%}"
    step("3 a tenth", right > 2 * majority, measured, "images tell their labels, on images not trained on too")

    full = rehearsal.fit("full run", DataLoader(train, batch_size=20, shuffle=True), epochs=6)
    right = rehearsal.accuracy(valid)
    step("4 full run", True, f"{right:.1%} right after {len(full)} updates", "the night would not have been lost")
    board.close()

    plt.figure(figsize=(6, 3.5), layout="constrained")
    for name, losses in (("2 one batch", by_heart), ("3 a tenth", tenth), ("4 full run", full)):
        plt.plot(range(1, len(losses) + 1), losses, label=name)
    plt.gca().set(xlabel="update", ylabel="loss (nats per image)", yscale="log", xscale="log")
    plt.legend()
    plt.savefig(args.out / "rehearsal.png", dpi=100)
    few = 1 + len(by_heart) + len(tenth)
    print(
        f"answer: by three steps of {few} updates together, before the {len(full)} of the full run ({right:.1%} right)"
    )


if __name__ == "__main__":
    main()
