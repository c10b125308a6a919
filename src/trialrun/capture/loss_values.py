"""What the values that enter a loss tell: whether they are log-probabilities, and what the targets can be."""

from __future__ import annotations

import math
from typing import Any

import torch

from trialrun.capture.readings import elements, numbers, readable
from trialrun.evidence.tensors import TargetValues

MAX_ELEMENTS = 4_000_000  # larger tensors are not looked through: it would take longer than the step
RANGES = {
    "relu": (0.0, math.inf),
    "softplus": (0.0, math.inf),
    "sigmoid": (0.0, 1.0),
    "hardsigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
}


def usable(tensor: object) -> bool:
    """Whether the values of ``tensor`` are looked at."""
    return (
        isinstance(tensor, torch.Tensor)
        and readable(tensor)
        and tensor.layout == torch.strided
        and not tensor.is_complex()
        and 0 < tensor.numel() <= MAX_ELEMENTS
    )


def value_range(tensor: torch.Tensor) -> tuple[float, float] | None:
    """Least and greatest element; None where there is none or one is not finite."""
    low, high = numbers(list(torch.aminmax(elements(tensor))))
    return (low, high) if math.isfinite(low) and math.isfinite(high) else None


def exp_sums(prediction: torch.Tensor) -> tuple[float, float] | None:
    """Least and greatest sum of exp over the class axis of ``prediction`` (C) or (N, C, ...)."""
    values = elements(prediction).float()
    return value_range(values.exp().sum(dim=1 if values.ndim > 1 else 0))


def zero_share(prediction: torch.Tensor) -> float:
    """Share of exact zeros."""
    return 1.0 - int(torch.count_nonzero(elements(prediction))) / prediction.numel()


def activation_range(name: str | None, node: Any) -> tuple[float, float] | None:
    """The values an activation can give; None where it is not bounded on a side, or not known."""
    if name == "hardtanh":
        return float(node._saved_min_val), float(node._saved_max_val)
    return RANGES.get(name or "")


def target_values(
    function: str, target: torch.Tensor, shape: tuple[int, ...], reachable: tuple[float, float] | None
) -> TargetValues | None:
    """What is recorded of ``target``. ``shape`` is that of the prediction, ``reachable`` the range of its values."""
    held = elements(target)
    found = value_range(held)
    if found is None:
        return None
    held = held if held.is_floating_point() else held.double() if held.numel() <= MAX_ELEMENTS else held.float()
    whole = bool((held == held.round()).all())
    share = variance = several = None
    if reachable is not None and function != "cross_entropy":
        beyond = held - held.clamp(*reachable)
        share = int(torch.count_nonzero(beyond)) / held.numel()
        spread = float(held.var(correction=0))
        variance = float(beyond.square().mean()) / spread if spread > 0 else None
    if function == "cross_entropy" and target.is_floating_point() and tuple(target.shape) == shape and whole:
        ones = held.sum(dim=1 if held.ndim > 1 else 0)
        if found[0] >= 0 and found[1] <= 1:
            several = float((ones > 1).float().mean())
    return TargetValues(found[0], found[1], whole, share, variance, several)
