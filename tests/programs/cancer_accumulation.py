"""Tells benign from malignant tumours, with gradients accumulated over four micro-batches."""

import pathlib

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from torch import nn

ACCUMULATE = 4
MICRO_BATCH = 8
EPOCHS = 15


def standardised_split():
    features, malignant = load_breast_cancer(return_X_y=True)
    parts = train_test_split(features, malignant, test_size=0.25, random_state=0, stratify=malignant)
    x_train, x_test, y_train, y_test = (torch.tensor(part, dtype=torch.float32) for part in parts)
    mean, std = x_train.mean(dim=0), x_train.std(dim=0)
    return (x_train - mean) / std, y_train, (x_test - mean) / std, y_test


def train_epoch(model, loss_fn, optimizer, x, y):
    """One pass in random order; the last, smaller window is averaged over its own samples."""
    model.train()
    order = torch.randperm(len(x))
    window = ACCUMULATE * MICRO_BATCH
    total = 0.0
    optimizer.zero_grad()
    for index, chosen in enumerate(order.split(MICRO_BATCH)):
        in_window = min(window, len(x) - index // ACCUMULATE * window)
        logits = model(x[chosen]).squeeze(1)
        loss = loss_fn(logits, y[chosen])  # summed over the micro-batch
        (loss / in_window).backward()
        total += loss.item()
        if (index + 1) % ACCUMULATE == 0 or (index + 1) * MICRO_BATCH >= len(x):
            optimizer.step()
            optimizer.zero_grad()
    return total / len(x)


@torch.no_grad()
def accuracy(model, x, y):
    model.eval()
    return ((model(x).squeeze(1) > 0) == y.bool()).float().mean().item()


if __name__ == "__main__":
    torch.manual_seed(42)
    x_train, y_train, x_test, y_test = standardised_split()
    model = nn.Sequential(nn.Linear(30, 32), nn.GELU(), nn.Dropout(0.1), nn.Linear(32, 1))
    loss_fn = nn.BCEWithLogitsLoss(reduction="sum")
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    folder = pathlib.Path("tumours")
    folder.mkdir(exist_ok=True)
    best = 0.0
    for epoch in range(1, EPOCHS + 1):
        loss = train_epoch(model, loss_fn, optimizer, x_train, y_train)
        score = accuracy(model, x_test, y_test)
        print(f"[{epoch:02d}/{EPOCHS}] loss={loss:.4f} accuracy={score:.3f}")
        if score > best:
            best = score
            torch.save(model.state_dict(), folder / "best.pt")
    model.load_state_dict(torch.load(folder / "best.pt"))
    print(f"done: best accuracy {accuracy(model, x_test, y_test):.3f}")
