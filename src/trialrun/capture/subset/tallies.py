"""Sums of losses and of right answers over one pass, read from calls of known functions. Call inside ``reading()``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch

from trialrun.capture.arguments import by_name
from trialrun.capture.names import LOSSES
from trialrun.capture.readings import readable

CLASSIFYING = frozenset({"cross_entropy", "nll_loss"})
BINARY = frozenset({"binary_cross_entropy", "binary_cross_entropy_with_logits"})
MEASURING = frozenset({"mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "gaussian_nll_loss"})

MAX_CONSTANTS = 8
MOST_CONSTANT = 0.9  # of the calls
LEAST_ROWS = 4  # of a batch that is looked at for constants


@dataclass
class Tally:
    """Sums over samples."""

    samples: int = 0
    loss: float = 0.0  # sum over samples
    compared: int = 0  # class indices or numbers that a score rests on
    right: float = 0.0  # of a classification
    squares: float = 0.0  # of a regression
    classes: int = 0  # 0: no classification
    calls: int = 0
    foreign: float = 0.0  # calls whose target came out of a model
    constants: dict[float, int] = field(default_factory=dict)  # value -> calls whose targets were all of it
    numbered: int = 0  # calls whose targets were 0, 1, 2, ...: the samples of a batch are the classes

    def merge(self, other: Tally) -> None:
        """Add ``other``."""
        for name in ("samples", "loss", "compared", "right", "squares", "calls", "foreign", "numbered"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.classes = max(self.classes, other.classes)
        for value, count in other.constants.items():
            if value in self.constants or len(self.constants) < MAX_CONSTANTS:
                self.constants[value] = self.constants.get(value, 0) + count

    @property
    def of_data(self) -> bool:
        """Whether the targets look like those of a data set.

        Not where a model made them (a teacher, a target network), where batches are whole of one value or another (real
        and fake), nor where they only number the samples of a batch (views of the same).
        """
        split = len(self.constants) > 1 and sum(self.constants.values()) > MOST_CONSTANT * self.calls
        return not (self.foreign or split or self.numbered > self.calls / 2)


@dataclass
class LossSeen:
    """One call of a known loss."""

    name: str
    target: torch.Tensor
    tally: Tally
    answers: torch.Tensor | None  # the target as simple methods are to predict it; None: not by them
    prediction: torch.Tensor


def seen_in(name: str, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> LossSeen | None:
    """What the call of the loss function ``name`` tells; None where it cannot be read."""
    second = LOSSES[name][1]
    options = by_name(function, args, kwargs)
    names = list(options)
    if second is None or second >= len(names) or not isinstance(result, torch.Tensor):
        return None
    prediction, target = options[names[0]], options[names[second]]
    if not readable(prediction) or not readable(target) or not target.numel() or target.requires_grad:
        return None
    rows = target.shape[0] if target.ndim else 1
    answers: torch.Tensor | None = None
    tally = Tally()
    units = target.numel()
    if name in CLASSIFYING and prediction.ndim:
        guess = prediction.argmax(1 if prediction.ndim > 1 else 0)
        truth = target.argmax(1) if target.shape == prediction.shape and target.ndim > 1 else target
        if guess.shape == truth.shape and not truth.is_floating_point():
            counted = truth != options.get("ignore_index", -100)
            tally.compared = units = int(counted.sum())
            tally.right = float((guess == truth)[counted].sum())
            tally.classes = prediction.shape[1 if prediction.ndim > 1 else 0]
            answers = truth if truth.ndim == 1 else None
            rows = units
    elif (
        name in BINARY and target.numel() == prediction.numel() == rows and bool(((target == 0) | (target == 1)).all())
    ):
        guess = prediction.reshape(-1) > (0.5 if name == "binary_cross_entropy" else 0)
        tally.compared, tally.classes = rows, 2
        tally.right = float((guess == (target.reshape(-1) > 0.5)).sum())
        answers = target
    elif name in MEASURING and prediction.numel() == target.numel() and target.is_floating_point():
        difference = prediction.detach().reshape(-1).double() - target.reshape(-1).double()
        tally.compared, tally.squares = target.numel(), float((difference**2).sum())
        answers = target if target.ndim else None
    each = result.detach().double()
    reduction = options.get("reduction", "mean")
    mean = float(each.sum()) / max(units, 1) if reduction == "sum" else float(each.mean()) if each.numel() else 0.0
    tally.samples, tally.loss, tally.calls = rows, mean * rows, 1
    if target.shape[:1].numel() >= LEAST_ROWS:
        flat = target.reshape(-1)
        if bool((flat == flat[0]).all()):
            tally.constants[float(flat[0])] = 1
        elif target.ndim == 1 and not target.is_floating_point():
            tally.numbered = int(torch.equal(flat, torch.arange(len(flat), device=flat.device, dtype=flat.dtype)))
    return LossSeen(name, target, tally, answers, prediction)


def _is_binary(target: torch.Tensor) -> bool:
    return bool(((target == 0) | (target == 1)).all())


def compared(first: torch.Tensor, second: torch.Tensor, result: torch.Tensor) -> Tally | None:
    """Right answers of a comparison of class indices; None where it is none."""
    whole = not (first.is_floating_point() or second.is_floating_point() or first.is_complex() or second.is_complex())
    if not whole or first.numel() != second.numel() or result.numel() != first.numel() or not first.ndim:
        return None
    if first.dtype == torch.bool or second.dtype == torch.bool:
        return None
    classes = int(max(first.max(), second.max())) + 1
    return Tally(first.numel(), 0.0, first.numel(), float(result.sum()), 0.0, max(classes, 2), 1)


def of_outputs(guess: torch.Tensor, target: torch.Tensor) -> Tally | None:
    """Right answers of logits (N, C) for class indices (N,), or squared errors of as many numbers; None: neither."""
    rows = guess.shape[0]
    if not target.is_floating_point():
        classes = guess.shape[1] if guess.ndim == 2 else 0
        if classes < 2 or target.shape != (rows,) or target.dtype == torch.bool:
            return None
        if int(target.min()) < 0 or int(target.max()) >= classes:
            return None
        return Tally(rows, 0.0, rows, float((guess.argmax(1) == target).sum()), 0.0, classes, 1)
    if guess.numel() != target.numel() or target.numel() != rows:
        return None
    squares = float(((guess.reshape(-1).double() - target.reshape(-1).double()) ** 2).sum())
    return Tally(rows, 0.0, rows, 0.0, squares, 0, 1)
