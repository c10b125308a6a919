"""What each micro-batch weighs in a gradient: least squares on the micro-batches' own gradients, in float64."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from trialrun.numerics.accumulation.rule import EXACT

MOST_ROWS = 2**18  # elements of the gradients that a fit looks at, evenly spread over all of them
_RANK = 1e-9  # singular values below this share of the largest are those of equal gradients


@dataclass(frozen=True)
class Fit:
    """``weights``: one a micro-batch, 0 where it has no gradient (``live`` False). ``residual``: |g - sum w_i g_i|,
    relative to the larger of |g| and sum |w_i| |g_i|. ``unique``: False where other weights would do as well.
    """

    weights: tuple[float, ...]
    residual: float
    unique: bool
    live: tuple[bool, ...]


@dataclass(frozen=True)
class Right:
    """The weights that give the gradient of the whole batch, and by what they go.

    ``basis``: "samples" (their share of the samples), "sum" (1 each), "own" (neither: by what the loss divides by), ""
    if no weights give it.
    """

    weights: tuple[float, ...]
    basis: str
    fit: Fit


def fit(gradient: torch.Tensor, parts: list[torch.Tensor]) -> Fit:
    """The weights of ``parts``, (parameters,) each, whose sum is nearest to ``gradient``."""
    stride = 1 + gradient.numel() // MOST_ROWS
    columns = torch.stack([part[::stride] for part in parts], 1).cpu()
    norms = columns.norm(dim=0)
    live = norms > 0
    if not bool(live.any()):
        return Fit((0.0,) * len(parts), 1.0 if bool(gradient.any()) else 0.0, False, (False,) * len(parts))
    scaled = columns[:, live] / norms[live]
    u, singular, v = torch.linalg.svd(scaled, full_matrices=False)
    kept = singular > _RANK * singular[0]
    inverse = torch.where(kept, 1 / singular, torch.zeros_like(singular))
    solved = v.T @ (inverse * (u.T @ gradient[::stride].cpu()))
    weights = torch.zeros(len(parts), dtype=torch.float64)
    weights[live] = solved / norms[live]
    found = tuple(float(weight) for weight in weights)
    unique = bool(kept.all()) and len(singular) == int(live.sum())
    return Fit(found, residual(gradient, parts, found), unique, tuple(bool(one) for one in live))


def residual(gradient: torch.Tensor, parts: list[torch.Tensor], weights: tuple[float, ...]) -> float:
    """|g - sum w_i g_i| over the larger of |g| and sum |w_i| |g_i|; 0 where all are zero."""
    scale = max(float(gradient.norm()), size(parts, weights))
    return float((gradient - combined(parts, weights)).norm()) / scale if scale else 0.0


def combined(parts: list[torch.Tensor], weights: tuple[float, ...]) -> torch.Tensor:
    """sum w_i g_i."""
    total = torch.zeros_like(parts[0])
    for part, weight in zip(parts, weights, strict=True):
        total.add_(part, alpha=weight)
    return total


def size(parts: list[torch.Tensor], weights: tuple[float, ...]) -> float:
    """sum |w_i| |g_i|: how large the terms are whose sum the gradient is."""
    return sum(abs(weight) * float(part.norm()) for part, weight in zip(parts, weights, strict=True))


def right(full: torch.Tensor, parts: list[torch.Tensor], sizes: tuple[int, ...]) -> Right:
    """The weights with which the micro-batches' gradients ``parts`` make the ``full`` one.

    ``sizes``: samples of each. The plain ones are tried first: least squares cannot tell equal gradients apart.
    """
    fitted = fit(full, parts)
    shares = tuple(size / sum(sizes) for size in sizes)
    for weights, basis in ((shares, "samples"), ((1.0,) * len(sizes), "sum")):
        if residual(full, parts, weights) <= EXACT:
            return Right(weights, basis, fitted)
    return Right(fitted.weights, "own" if fitted.residual <= EXACT else "", fitted)
