"""Equivalence classes of batch sizes: those at which the same samples come out bitwise equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from trialrun.experiments.batch_measures import equal_bits


def classes(outputs: Mapping[int, Sequence[torch.Tensor]]) -> list[tuple[int, ...]]:
    """Batch sizes in classes, from the smallest on.

    ``outputs``: by batch size, the outputs for the same samples in the same order, each (samples, ...).
    """
    found: list[list[int]] = []
    for size in sorted(outputs):
        home = next((sizes for sizes in found if _equal(outputs[sizes[0]], outputs[size])), None)
        if home is None:
            found.append([size])
        else:
            home.append(size)
    return [tuple(sizes) for sizes in found]


def _equal(one: Sequence[torch.Tensor], other: Sequence[torch.Tensor]) -> bool:
    return all(a.shape == b.shape and bool(equal_bits(a, b).all()) for a, b in zip(one, other, strict=True))


def written(found: Sequence[Sequence[int]], tried: Sequence[int]) -> str:
    """As in ``{1}, {2, 3}, {4..64}``: ``..`` where no size of ``tried`` between the two is in another class."""
    return ", ".join(f"{{{', '.join(_runs(sizes, tried))}}}" for sizes in found)


def _runs(sizes: Sequence[int], tried: Sequence[int]) -> list[str]:
    order = sorted(tried)
    runs: list[list[int]] = []
    for size in sizes:
        at = order.index(size)
        if runs and at and order[at - 1] == runs[-1][-1]:
            runs[-1].append(size)
        else:
            runs.append([size])
    return [f"{run[0]}..{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
