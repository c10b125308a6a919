"""Let a ``DataLoader`` read a fixed part of its data set.

``len(loader)`` and the batches both come from the private property ``_index_sampler``: what it gives is replaced there,
so that the length is that of the part as well. There is no public place: a loader's sampler cannot be set again.
"""

from __future__ import annotations

import operator
import random
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import torch

from trialrun._torch.loaders import LoaderFacts

SEED = 20_170  # of the choice of samples: the same in every run


def facts_of_loader(loader: Any, batches: Any) -> LoaderFacts | None:
    """How ``loader``, whose indices ``batches`` draws, reads its data set; None for one that is not map-style."""
    module = torch.utils.data.dataloader
    if loader._dataset_kind != module._DatasetKind.Map:
        return None
    plain = type(batches) is torch.utils.data.BatchSampler
    try:
        samples = len(batches.sampler) if plain else len(loader.dataset)
    except (TypeError, NotImplementedError, AttributeError):
        samples = None
    return LoaderFacts(
        samples=samples,
        batch_size=batches.batch_size if plain else None,
        drop_last=bool(batches.drop_last) if plain else False,
        sequential=plain and type(batches.sampler) is torch.utils.data.SequentialSampler,
        workers=loader.num_workers,
    )


class PartOfBatches:
    """The batches of indices that a ``BatchSampler`` makes of the samples in ``part`` alone, in its sampler's order."""

    def __init__(self, batches: Any, part: frozenset[int], count: int) -> None:
        self.sampler = batches.sampler
        self.batch_size = int(batches.batch_size)
        self.drop_last = bool(batches.drop_last)
        self.part = part
        self._count = count

    def __iter__(self) -> Iterator[list[int]]:
        batch: list[int] = []
        for drawn in self.sampler:
            index = operator.index(drawn)
            if index in self.part:
                batch.append(index)
                if len(batch) == self.batch_size:
                    yield batch
                    batch = []
        if batch and not self.drop_last:
            yield batch

    def __len__(self) -> int:
        return self._count // self.batch_size if self.drop_last else -(-self._count // self.batch_size)


def part_of_loader(loader: Any, batches: Any, wanted: Callable[[int, int], int]) -> PartOfBatches | None:
    """A part of the samples of ``loader``; None where it cannot be restricted (a batch sampler of the program's own).

    ``wanted``: (samples of the whole, batch size) -> samples of the part.
    """
    if type(batches) is not torch.utils.data.BatchSampler:
        return None
    sampler: Any = batches.sampler
    subset = type(sampler) is torch.utils.data.SubsetRandomSampler
    try:
        domain = [operator.index(index) for index in sampler.indices] if subset else range(len(loader.dataset))
        drawn = len(sampler)
    except (TypeError, NotImplementedError, AttributeError):
        return None
    count = wanted(len(domain), batches.batch_size)
    if not 0 < count <= len(domain):
        return None
    part = frozenset(domain) if count == len(domain) else frozenset(random.Random(SEED).sample(domain, count))
    return PartOfBatches(batches, part, round(drawn * count / len(domain)))


def restrict_loaders(choose: Callable[[Any, Any], Any | None]) -> Callable[[], None]:
    """Have every loader draw from what ``choose(loader, its index sampler)`` gives, asked once; None: as it is.

    Returns what undoes it.
    """
    cls: Any = torch.utils.data.DataLoader
    original = cls._index_sampler
    chosen: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()

    def index_sampler(loader: Any) -> Any:
        if loader not in chosen:
            batches = original.fget(loader)
            chosen[loader] = choose(loader, batches)
        return original.fget(loader) if chosen[loader] is None else chosen[loader]

    cls._index_sampler = property(index_sampler)

    def undo() -> None:
        cls._index_sampler = original

    return undo
