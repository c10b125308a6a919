"""The least value a loss can reach on given targets: the floor that memorising a batch may come down to."""

from __future__ import annotations

import math
from typing import Any

import torch

# Loss functions that are 0 where the prediction meets the target (or the margin is kept), and never below.
ZERO_AT_BEST = frozenset((
    "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "multi_margin_loss", "multilabel_margin_loss",
    "margin_ranking_loss", "triplet_margin_loss", "triplet_margin_with_distance_loss", "cosine_embedding_loss",
    "soft_margin_loss", "multilabel_soft_margin_loss",
))  # fmt: skip
TINY = 1e-12


def floor_of(name: str, options: dict[str, Any], prediction: torch.Tensor, target: torch.Tensor | None) -> Any:
    """``(floor, why)`` of one call of the loss function ``name``; None where its least value is not known.

    The floor is in the units of the value the call returned, its reduction included. For cross-entropy against a
    distribution it is the distribution's entropy (Gibbs' inequality).
    """
    if name in ZERO_AT_BEST:
        return 0.0, "0 where prediction and target agree"
    if target is None:
        return None
    if name == "cross_entropy":
        return _cross_entropy(options, prediction, target)
    if name == "nll_loss":
        total = prediction.detach().float().exp().sum(dim=1 if prediction.ndim > 1 else 0)
        return (0.0, "class indices") if bool(((total - 1).abs() < 1e-3).all()) else None
    if name in ("binary_cross_entropy", "binary_cross_entropy_with_logits"):
        return _binary(options, target)
    return None


def _cross_entropy(options: dict[str, Any], prediction: torch.Tensor, target: torch.Tensor) -> Any:
    smoothing = float(options.get("label_smoothing") or 0.0)
    weight = options.get("weight")
    classes = prediction.shape[1] if prediction.ndim > 1 else prediction.shape[0]
    if not target.is_floating_point():
        if not smoothing:
            return 0.0, "class indices"
        if weight is not None:
            return None
        low = smoothing / classes
        high = 1.0 - smoothing + low
        entropy = -(high * math.log(high) + (classes - 1) * low * math.log(max(low, TINY)))
        count = int((target != options.get("ignore_index", -100)).sum())
        return _reduced(options, entropy * count, count), f"label smoothing {smoothing:g}"
    if weight is not None:
        return None
    axis = 1 if prediction.ndim > 1 else 0
    shares = target.detach().double()
    if bool((shares < 0).any()) or bool(((shares.sum(dim=axis) - 1).abs() > 1e-3).any()):
        return None
    shares = shares * (1 - smoothing) + smoothing / classes
    entropy_sum = float(-(shares * shares.clamp_min(TINY).log()).sum())
    return _reduced(options, entropy_sum, max(shares.numel() // classes, 1)), "entropy of soft targets"


def _binary(options: dict[str, Any], target: torch.Tensor) -> Any:
    """Least of ``-w (p t ln s + (1 - t) ln(1 - s))`` over s: at ``s = pt / (pt + 1 - t)``."""
    yes = target.detach().double()
    if bool((yes < 0).any()) or bool((yes > 1).any()):
        return None
    positive = options.get("pos_weight")
    weight = options.get("weight")
    a = yes * positive.double() if isinstance(positive, torch.Tensor) else yes
    b = 1 - yes
    both = (a + b).clamp_min(TINY)
    least = -(a * (a / both).clamp_min(TINY).log() + b * (b / both).clamp_min(TINY).log())
    if isinstance(weight, torch.Tensor):
        least = least * weight.double()
    total = float(least.sum())
    hard = bool(((yes == 0) | (yes == 1)).all())
    return _reduced(options, 0.0 if hard else total, yes.numel()), "yes or no" if hard else "entropy of soft targets"


def _reduced(options: dict[str, Any], total: float, count: int) -> float | None:
    reduction = options.get("reduction", "mean")
    if total == 0.0:
        return 0.0
    if options.get("reduce") is False or reduction == "none":
        return None
    return total if reduction == "sum" or options.get("size_average") is False else total / max(count, 1)


def right_answers(
    name: str, options: dict[str, Any], prediction: torch.Tensor, target: torch.Tensor
) -> tuple[int, int] | None:
    """``(right, counted)`` of a classification; None where prediction or target name no classes."""
    if name in ("cross_entropy", "nll_loss") and not target.is_floating_point() and prediction.ndim > 0:
        guess = prediction.detach().argmax(dim=1 if prediction.ndim > 1 else 0)
        counted = target != options.get("ignore_index", -100)
        return int(((guess == target) & counted).sum()), int(counted.sum())
    if name in ("binary_cross_entropy", "binary_cross_entropy_with_logits") and prediction.shape == target.shape:
        if not bool(((target == 0) | (target == 1)).all()):
            return None
        border = 0.0 if name.endswith("logits") else 0.5
        return int(((prediction.detach() > border) == (target > 0.5)).sum()), target.numel()
    return None
