"""The cases of the grid: batch sizes, where a sample stands in its batch, and what its neighbours are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from trialrun.numerics import samples

POOL = 16  # different samples of the given batch that are measured
ANCHORS = 8  # places that are filled with samples and served at every batch size
HUGE = 1e6  # times the largest magnitude of the batch
SCALED = 1e3

# What the neighbours of a sample are: other rows; or these with their numbers changed; or copies of the sample itself.
PLAIN = ("random", "copies")
ADVERSARIAL = ("huge", "zeros", "constant", "permuted", "scaled")


@dataclass(frozen=True)
class Place:
    """A sample in a batch: ``position`` along the batch's axis of ``size``, among ``neighbours``."""

    size: int
    position: int
    neighbours: str


def sizes(limit: int) -> tuple[int, ...]:
    """1 to 8, and 2^n - 1, 2^n, 2^n + 1, all up to ``limit``."""
    powers = (2**n + step for n in range(3, limit.bit_length() + 1) for step in (-1, 0, 1))
    return tuple(sorted({size for size in (*range(1, 9), *powers) if size <= limit}))


def kinds(batch: Any) -> tuple[str, ...]:
    """The kinds of neighbours that ``batch`` allows: whole numbers and masks are never made up, only exchanged."""
    numbers = any(
        along and tensor.is_floating_point()
        for tensor, along in zip(samples.tensors(batch), _along_batch(batch), strict=True)
    )
    return (*PLAIN, *ADVERSARIAL) if numbers else PLAIN


def drawn(pool: int, size: int, generator: torch.Generator) -> list[int]:
    """``size`` samples of ``pool``, in random order: each once before any comes again."""
    order: list[int] = []
    while len(order) < size:
        order += torch.randperm(pool, generator=generator).tolist()
    return order[:size]


def around(batch: Any, sample: int, place: Place, pool: int, generator: torch.Generator) -> Any:
    """A batch with ``sample`` at ``place``, its neighbours as that says."""
    others = [index for index in range(pool) if index != sample] or [sample]
    chosen = [others[index] for index in drawn(len(others), place.size, generator)]
    if place.neighbours == "copies":
        chosen = [sample] * place.size
    chosen[place.position] = sample
    taken = samples.take(batch, chosen)
    return taken if place.neighbours in PLAIN else _changed(batch, taken, place, generator)


def _along_batch(batch: Any) -> list[bool]:
    """For each tensor of ``batch``, whether its axis 0 is the batch's."""
    size = samples.count(batch)
    if samples.is_ragged(batch):
        return [True] * len(batch)
    return [tensor.ndim > 0 and tensor.shape[0] == size for tensor in samples.tensors(batch)]


def _changed(batch: Any, taken: Any, place: Place, generator: torch.Generator) -> Any:
    if samples.is_ragged(batch):
        return samples.Ragged(
            item if number == place.position or not item.is_floating_point() else _made(item, place, generator)
            for number, item in enumerate(taken)
        )
    along = iter(_along_batch(batch))

    def change(tensor: torch.Tensor) -> torch.Tensor:
        if not next(along) or not tensor.is_floating_point():
            return tensor
        made = _made(tensor, place, generator)
        made[place.position] = tensor[place.position]
        return made

    return samples.mapped(taken, change)


def _made(tensor: torch.Tensor, place: Place, generator: torch.Generator) -> torch.Tensor:
    """The numbers of ``tensor`` as a neighbour of that kind has them; finite in its dtype."""
    most = torch.finfo(tensor.dtype).max / 4
    if place.neighbours == "zeros":
        return torch.zeros_like(tensor)
    if place.neighbours == "permuted":
        flat = tensor.flatten()
        return flat[torch.randperm(flat.numel(), generator=generator).to(flat.device)].reshape(tensor.shape)
    if place.neighbours == "scaled":
        return (tensor.double() * SCALED).clamp(-most, most).to(tensor.dtype)
    largest = float(tensor.double().abs().max()) if tensor.numel() else 0.0
    if place.neighbours == "huge":
        return torch.full_like(tensor, min(HUGE * (largest or 1.0), most))
    return torch.full_like(tensor, largest)  # constant


def positions(size: int, generator: torch.Generator) -> Sequence[int]:
    """The first, the last and a random position of a batch of ``size``."""
    middle = int(torch.randint(size, (1,), generator=generator))
    return sorted({0, size - 1, middle})
