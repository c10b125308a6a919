"""What is an accuracy of 93 % worth, when 93 % of all samples are of one class?

Trains a small network to find the fraud among 4,000 made-up payments, and logs losses, learning rate, accuracy,
precision, recall and F1 of each epoch for TensorBoard. Beside it stands a guess that calls every payment honest.

    python examples/metrics.py                 # then: tensorboard --logdir out/metrics
    trialrun run examples/metrics.py
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
import numpy as np
import torch
from sklearn.datasets import make_classification
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score
from sklearn.model_selection import train_test_split
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

matplotlib.use("Agg")
import matplotlib.pyplot as plt

EPOCHS = 15

BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "unweighted": "a fraud counts no more than an honest payment, and there are sixteen times fewer",
    "train-mode": "validation runs with dropout on",
    "wrong-axis": "the largest score of each class is looked for among the payments, not of each payment",
    "keep-graphs": "the losses are added up with their graphs, which are kept until the end of the epoch",
}


def payments() -> tuple[TensorDataset, TensorDataset]:
    """3,000 to train on and 1,000 to validate on, with the same share of fraud (label 1)."""
    x, y = make_classification(
        4000, n_features=20, n_informative=6, n_redundant=4, weights=[0.94], class_sep=0.3, flip_y=0.01, random_state=3
    )
    train_x, valid_x, train_y, valid_y = train_test_split(x, y, test_size=1000, stratify=y, random_state=0)
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    return tuple(
        TensorDataset(torch.tensor((part - mean) / std, dtype=torch.float32), torch.tensor(labels))
        for part, labels in ((train_x, train_y), (valid_x, valid_y))
    )


def scores(labels: np.ndarray, guesses: np.ndarray) -> dict[str, float]:
    """Of labels (N,) and guesses (N,), both 0 or 1."""
    return {
        "accuracy": accuracy_score(labels, guesses),  # --broken wrong-axis: CRX000
        "precision": precision_score(labels, guesses, zero_division=0),  # no payment accused: 0 rather than 0 / 0
        "recall": recall_score(labels, guesses),
        "F1": f1_score(labels, guesses),
    }


def train(
    model: nn.Module, loader: DataLoader, criterion: nn.Module, optimizer: torch.optim.Optimizer, broken: str | None
) -> float:
    """One pass; returns the mean loss of the batches."""
    model.train()
    total: float | Tensor = 0.0
    for x, labels in loader:  # --broken unweighted: DAT106
        optimizer.zero_grad()
        loss = criterion(model(x), labels)
        loss.backward()
        optimizer.step()
        total += loss if broken == "keep-graphs" else loss.item()  # --broken keep-graphs: LOS310
    return float(total) / len(loader)


@torch.no_grad()
def evaluate(model: nn.Module, loader: DataLoader, criterion: nn.Module, broken: str | None) -> dict[str, float]:
    """Loss and scores, with dropout off."""
    if broken != "train-mode":
        model.eval()
    total, labels, guesses = 0.0, [], []
    for x, truth in loader:
        logits = model(x)  # (N, 2)  # --broken train-mode: EVA701
        total += criterion(logits, truth).item()
        labels.append(truth)
        guesses.append(logits.argmax(dim=0 if broken == "wrong-axis" else 1))  # (N,)
    return {"loss": total / len(loader), **scores(torch.cat(labels).numpy(), torch.cat(guesses).numpy())}


def line(found: dict[str, float]) -> str:
    return f"{found['accuracy']:8.3f}  {found['precision']:9.3f}  {found['recall']:6.3f}  {found['F1']:4.2f}"


def plot(history: list[dict[str, float]], guess: float, out: Path) -> None:
    figure, (losses, shares) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    for axes, names in ((losses, ("training", "validation")), (shares, ("accuracy", "precision", "recall", "F1"))):
        axes.plot([[found[name] for name in names] for found in history], label=names)
    shares.axhline(guess, color="black", linestyle=":", label="accuracy of 'honest'")
    losses.set(xlabel="epoch", ylabel="weighted cross-entropy (nats)")
    shares.set(xlabel="epoch", ylabel="share of 1", ylim=(0, 1))
    losses.legend(fontsize=8)
    shares.legend(fontsize=7, loc="center", ncols=2)
    figure.savefig(out / "metrics.png", dpi=100)  # the folder is there: SummaryWriter made it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot and TensorBoard's files")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()

    torch.manual_seed(0)
    train_set, valid_set = payments()
    train_loader = DataLoader(train_set, batch_size=60, shuffle=True)
    valid_loader = DataLoader(valid_set, batch_size=250)
    counts = torch.bincount(train_set.tensors[1])  # (2,): honest, fraud
    weight = None if args.broken == "unweighted" else len(train_set) / (2 * counts)  # in all, both count alike

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, 2))
    criterion = nn.CrossEntropyLoss(weight=weight)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS)
    history: list[dict[str, float]] = []
    print("epoch           train loss  valid loss  accuracy  precision  recall    F1")
    with SummaryWriter(args.out / "metrics") as writer:
        for epoch in range(EPOCHS):
            train_loss = train(model, train_loader, criterion, optimizer, args.broken)
            valid = evaluate(model, valid_loader, criterion, args.broken)
            writer.add_scalars("loss", {"train": train_loss, "valid": valid["loss"]}, epoch)
            writer.add_scalar("learning rate", scheduler.get_last_lr()[0], epoch)
            for name in ("accuracy", "precision", "recall", "F1"):
                writer.add_scalar(f"valid/{name}", valid[name], epoch)
            scheduler.step()
            history.append({"training": train_loss, "validation": valid["loss"], **valid})
            if epoch % 7 == 0:
                print(f"{epoch:13}   {train_loss:10.3f}  {valid['loss']:10.3f}  {line(valid)}")

    truth = valid_set.tensors[1].numpy()
    guess = scores(truth, np.zeros_like(truth))
    print(f"all honest               -           -  {line(guess)}")
    plot(history, guess["accuracy"], args.out)
    print(f"logged for TensorBoard: open it with `tensorboard --logdir {args.out / 'metrics'}`")
    print(
        f"answer: nothing alone; calling all honest is right in {guess['accuracy']:.1%} and finds 0 of {truth.sum()} "
        f"frauds, the network is right in {valid['accuracy']:.1%} and finds {valid['recall'] * truth.sum():.0f}"
    )


if __name__ == "__main__":
    main()
