"""The training: an epoch, an evaluation, and a checkpoint that holds all it takes to go on."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
import trialrun
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from config import Config
from model import Net


class Training:
    """Model, optimiser, schedule and history; made anew it stands before the first epoch, loaded where it was saved."""

    def __init__(self, config: Config, train_set: TensorDataset) -> None:
        self.broken = config.broken
        self.loader = DataLoader(train_set, batch_size=config.batch_size, shuffle=True)
        self.model = Net(config.dropout)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=config.lr)
        updates = config.epochs if config.broken == "schedule-in-epochs" else config.epochs * len(self.loader)
        self.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, T_max=updates)
        self.history: list[dict[str, float]] = []  # a row an epoch

    def run_epoch(self) -> float:
        """One pass over the training images; returns the mean loss (nats per image)."""
        self.model.train()
        total, seen = 0.0, 0
        for images, digits in self.loader:
            loss = F.cross_entropy(self.model(images), digits)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.schedule.step()  # --broken schedule-in-epochs: OPT506
            total += loss.item() * len(digits)
            seen += len(digits)
        return total / seen

    def save(self, path: Path) -> None:
        """Write all of it, and where the random generators stand; a process killed meanwhile leaves the file before."""
        pieces = {"model": self.model, "optimizer": self.optimizer, "schedule": self.schedule}
        if self.broken == "half-a-checkpoint":
            pieces = {"model": self.model, "schedule": self.schedule}
        trialrun.save_state(path, **pieces, history=self.history)  # --broken half-a-checkpoint: EVA705

    def load(self, path: Path) -> None:
        """Go to where :meth:`save` was called; call it after everything has been made."""
        pieces = {"model": self.model, "optimizer": self.optimizer, "schedule": self.schedule}
        self.history = trialrun.load_state(path, **pieces)["history"]


@torch.no_grad()
def evaluate(model: nn.Module, data: TensorDataset, broken: str = "") -> tuple[float, float]:
    """Mean loss (nats per image) and the share that is right, with dropout off."""
    if broken != "no-eval":
        model.eval()
    loss, right = 0.0, 0
    for images, digits in DataLoader(data, batch_size=100):  # --broken split-twice: DAT105
        logits = model(images)  # --broken no-eval: EVA701
        loss += F.cross_entropy(logits, digits, reduction="sum").item()
        right += int((logits.argmax(dim=1) == digits).sum())
    return loss / len(data), right / len(data)
