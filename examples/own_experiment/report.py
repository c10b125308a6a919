"""The report of a run, report.md with its plot: what was run, what came out, and on what."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import asdict
from pathlib import Path

import matplotlib
import torch
from torch import nn

from config import Config

matplotlib.use("Agg")
import matplotlib.pyplot as plt

TEMPLATE = """\
# Digits: {accuracy:.1%} of the test images are right

The weights of epoch {epoch}, which had the lowest validation loss ({valid_loss:.4f} nats per image), have a loss of
{loss:.4f} on the 300 test images. They were looked at once.

![losses by epoch](own_experiment.png)

| number | value |
|---|---|
{numbers}

Weights after the last epoch: sha256 `{digest}`. The same again: `./reproduce.sh THIS_FOLDER`.

Made with Python {python}, PyTorch {torch} on {machine}.
"""


def digest(model: nn.Module) -> str:
    """The SHA-256 of all weights: equal for two models only if every bit of them is."""
    weights = model.state_dict().values()
    return hashlib.sha256(b"".join(weight.numpy().tobytes() for weight in weights)).hexdigest()


def plot(path: Path, history: list[dict[str, float]], best: dict[str, float]) -> None:
    epochs = [row["epoch"] for row in history]
    figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
    axes.plot(epochs, [row["train_loss"] for row in history], label="training, dropout on")
    axes.plot(epochs, [row["valid_loss"] for row in history], label="validation, dropout off")
    axes.plot(best["epoch"], best["valid_loss"], "o", color="black", label=f"kept: epoch {best['epoch']}")
    axes.set(xlabel="epoch", ylabel="loss (nats per image)", yscale="log")
    axes.locator_params(axis="x", integer=True)
    axes.legend()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def write(
    folder: Path, config: Config, history: list[dict[str, float]], test: tuple[float, float], weights: str
) -> None:
    """``test``: loss and accuracy of the best weights; ``weights``: the digest of the last ones."""
    best = min(history, key=lambda row: row["valid_loss"])
    plot(folder / "own_experiment.png", history, best)
    text = TEMPLATE.format(
        accuracy=test[1],
        loss=test[0],
        epoch=best["epoch"],
        valid_loss=best["valid_loss"],
        numbers="\n".join(f"| {name} | {value} |" for name, value in asdict(config).items() if value != ""),
        digest=weights,
        python=platform.python_version(),
        torch=torch.__version__,
        machine=f"{platform.system()} {platform.machine()}",
    )
    (folder / "report.md").write_text(text, encoding="utf-8")
