"""Equal outputs with different targets: what no model can tell apart that is given equal inputs.

A table with few columns, a text of few characters and a batch drawn with replacement all hold the same input more than
once. Where their targets differ the least loss is not the one that :mod:`~trialrun.experiments.floors` gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch

_BY_CLASS = frozenset(("cross_entropy", "nll_loss", "multi_margin_loss"))
_BY_ELEMENT = frozenset((
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss",
    "soft_margin_loss",
))  # fmt: skip
EQUAL = 1e-6  # of the largest; single precision tells two sums apart from about 1e-7 on


@dataclass(frozen=True)
class Pairs:
    """What one call of a loss function compared.

    ``outputs``, ``targets``: one number for each target, shape (targets,), equal where the output or the target is.
    ``samples``: one number for each row of the prediction, shape (rows,).
    """

    outputs: torch.Tensor
    targets: torch.Tensor
    samples: torch.Tensor


@dataclass(frozen=True)
class Ties:
    """Of all that was compared in a window."""

    share: float  # of the targets: another target stands at the same output, 0..1
    one_output: bool  # every row of the predictions is the same


def pairs(name: str, options: dict[str, Any], prediction: torch.Tensor, target: torch.Tensor | None) -> Pairs | None:
    """What a call of the loss function ``name`` compared; None where that is not known."""
    if target is None or prediction.ndim == 0 or prediction.numel() == 0:
        return None
    values, aims = prediction.detach().float(), target.detach().double()
    if name in _BY_CLASS:
        if values.ndim < 2:
            values, aims = values.unsqueeze(0), aims.unsqueeze(0)
        outputs = _folded(values.movedim(1, -1)).flatten()
        targets = aims.flatten() if not target.is_floating_point() else _folded(aims.movedim(1, -1)).flatten()
        if outputs.shape != targets.shape:
            return None
        kept = targets != float(options.get("ignore_index", -100))
        return Pairs(outputs[kept].cpu(), targets[kept].cpu(), _folded(values.reshape(len(values), -1)).cpu())
    if name in _BY_ELEMENT and values.shape == aims.shape:
        return Pairs(
            values.flatten().double().cpu(), aims.flatten().cpu(), _folded(values.reshape(len(values), -1)).cpu()
        )
    return None


def ties(seen: Iterable[Pairs | None]) -> Ties | None:
    """Of all calls of one window; None where one of them is not known."""
    known = list(seen)
    calls = [call for call in known if call is not None]
    if not calls or len(calls) < len(known):
        return None
    outputs, targets = (torch.cat([getattr(call, name) for call in calls]) for name in ("outputs", "targets"))
    samples = torch.cat([call.samples for call in calls])
    group = _groups(outputs)
    count = int(group.max()) + 1 if len(group) else 0
    low = torch.full((count,), float("inf"), dtype=torch.double).scatter_reduce(0, group, targets, "amin")
    high = torch.full((count,), float("-inf"), dtype=torch.double).scatter_reduce(0, group, targets, "amax")
    clash = (low < high)[group]
    return Ties(float(clash.double().mean()) if count else 0.0, len(samples) > 1 and int(_groups(samples).max()) == 0)


def _folded(values: torch.Tensor) -> torch.Tensor:
    """The last axis as one number, by fixed weights no two rows of note come to the same."""
    if values.ndim < 2:
        return values.double()
    places = torch.arange(1, values.shape[-1] + 1, device=values.device)
    return (values @ (1.0 + torch.sin(places * 12.9898)).to(values.dtype)).double()


def _groups(values: torch.Tensor) -> torch.Tensor:
    """The number of the group each of ``values`` (count,) belongs to: neighbours in order, equal but for EQUAL."""
    if not len(values):
        return torch.zeros(0, dtype=torch.long)
    order = values.nan_to_num().argsort()
    ranked = values.nan_to_num()[order]
    apart = ranked.diff() > EQUAL * ranked.abs().max()
    found = torch.zeros(len(values), dtype=torch.long)
    found[order[1:]] = apart.long().cumsum(0)
    return found
