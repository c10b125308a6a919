"""Does a sample's output depend on the other samples' values? At one batch size and position, so by nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from trialrun.experiments.rows import narrowed
from trialrun.numerics import samples
from trialrun.numerics.batch_invariance import grid
from trialrun.numerics.batch_invariance.grid import Place
from trialrun.numerics.subject import UnsupportedError

SIZES = (2, 8, 33)  # of these, those up to the limit
SAMPLES = 2  # of the batch, each at every position

Rows = Callable[[Any, int], list[torch.Tensor]]  # of a batch and its size, each output as (size, ...)


@dataclass(frozen=True)
class Swap:
    """A sample's output before and after its neighbours were exchanged."""

    place: Place
    change: float  # of the output, relative to the row's largest number
    before: Any
    after: Any


@dataclass(frozen=True)
class Coupling:
    """The largest change by neighbours among ``tried`` exchanges; ``threshold`` is what rounding cannot reach."""

    largest: Swap
    threshold: float
    tried: int
    refused: tuple[str, ...]  # kinds of neighbours that the model raised an exception for

    @property
    def coupled(self) -> bool:
        """Whether it is more than rounding."""
        return self.largest.change > self.threshold


def coupling(rows: Rows, batch: Any, pool: int, limit: int, threshold: float, generator: torch.Generator) -> Coupling:
    """Exchanges the neighbours of samples of ``batch`` for every kind there is, at several sizes and positions.

    Raises UnsupportedError where no exchange changed anything in the batch, or the model takes none of them.
    """
    found: list[Swap] = []
    refused: dict[str, None] = {}
    for size in [size for size in SIZES if size <= limit]:
        for sample in range(min(SAMPLES, pool)):
            for position in grid.positions(size, generator):
                before = grid.around(batch, sample, Place(size, position, "random"), pool, generator)
                base = rows(before, size)
                for kind in grid.kinds(batch):
                    place = Place(size, position, kind)
                    after = grid.around(batch, sample, place, pool, generator)
                    if _same(before, after):
                        continue
                    try:
                        change = _change(base, rows(after, size), position)
                    except UnsupportedError as refusal:
                        refused[f"{kind}: {refusal}"] = None
                        continue
                    found.append(Swap(place, change, before, after))
    if not found:
        why = next(iter(refused), "the samples of the batch are all equal")
        raise UnsupportedError(f"no neighbour could be exchanged for another one ({why}): hand over different samples")
    return Coupling(max(found, key=lambda swap: swap.change), threshold, len(found), tuple(refused))


def _same(one: Any, other: Any) -> bool:
    pairs = zip(samples.tensors(one), samples.tensors(other), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def _change(base: Sequence[torch.Tensor], changed: Sequence[torch.Tensor], position: int) -> float:
    return max(relative_change(a, b, position) for a, b in zip(base, changed, strict=True))


def relative_change(base: torch.Tensor, changed: torch.Tensor, position: int) -> float:
    """The largest change of row ``position``, relative to its largest magnitude, or a thousandth of all rows' one.

    Infinite where it is finite in only one of the two, or nothing but 0 in the first.
    """
    shape = [min(lengths) for lengths in zip(base.shape, changed.shape, strict=True)]
    a, b = (narrowed(tensor, shape)[position].double() for tensor in (base, changed))
    both = a.isfinite() & b.isfinite()
    if bool((~both & (a != b) & ~(a.isnan() & b.isnan())).any()):
        return math.inf
    apart = float((a - b).where(both, 0.0).abs().max()) if a.numel() else 0.0
    row, rows = (float(tensor.where(tensor.isfinite(), 0.0).abs().max()) for tensor in (a, base.double()))
    size = max(row, 1e-3 * rows)
    return apart / size if size else math.inf if apart else 0.0
