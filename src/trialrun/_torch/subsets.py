"""Let a ``DataLoader`` read a fixed part of its data set.

``len(loader)`` and the batches both come from the private property ``_index_sampler``: what it gives is replaced there,
so that the length is that of the part as well. There is no public place: a loader's sampler cannot be set again.
"""

from __future__ import annotations

import operator
import random
import weakref
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch

from trialrun._torch.loaders import LoaderFacts, facts_of_batches

SEED = 20_170  # of the choice of samples: the same in every run


def facts_of_loader(loader: Any, batches: Any) -> LoaderFacts | None:
    """How ``loader``, whose indices ``batches`` draws, reads its data set; None for one that is not map-style."""
    module = torch.utils.data.dataloader
    if loader._dataset_kind != module._DatasetKind.Map:
        return None
    return facts_of_batches(batches, loader.dataset, loader.num_workers)


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


LABELS = ("labels", "label", "targets", "target", "y")  # names of targets in samples that are dictionaries


class _Permuted:
    """A data set in which sample i has the target of sample ``places[i]``; others are as they are."""

    def __init__(self, dataset: Any, places: Mapping[int, int]) -> None:
        self._dataset = dataset
        self._places = places

    def __getitem__(self, index: Any) -> Any:
        sample = self._dataset[index]
        place = self._places.get(operator.index(index))
        return sample if place is None else with_target_of(sample, self._dataset[place])


def with_target_of(sample: Any, other: Any) -> Any | None:
    """``sample`` with the target of ``other``: its last element, or what stands under a usual name; None: no target."""
    if isinstance(sample, dict):
        name = next((name for name in LABELS if name in sample), None)
        return None if name is None else {**sample, name: other[name]}
    if isinstance(sample, tuple) and len(sample) > 1:
        values = (*sample[:-1], other[-1])
        return type(sample)(*values) if hasattr(sample, "_fields") else values
    return [*sample[:-1], other[-1]] if isinstance(sample, list) and len(sample) > 1 else None


def permutation_of(part: frozenset[int]) -> dict[int, int]:
    """A fixed place for each index of ``part``."""
    ordered = sorted(part)
    places = random.Random(SEED).sample(ordered, len(ordered))
    return dict(zip(ordered, places, strict=True))


def permute_targets(places: Mapping[int, Mapping[int, int]]) -> Callable[[], None]:
    """Have every loader read data sets permuted; ``places``: by ``id`` of the data set, may grow. Returns the undoing.

    The class that reads a batch runs in forked workers too, which take along what was put in its place.
    """
    from torch.utils.data._utils.fetch import _MapDatasetFetcher

    cls: Any = _MapDatasetFetcher
    original = cls.fetch

    def fetch(fetcher: Any, index: Any) -> Any:
        known = places.get(id(fetcher.dataset))
        if known is not None:
            fetcher.dataset = _Permuted(fetcher.dataset, known)
        return original(fetcher, index)

    cls.fetch = fetch

    def undo() -> None:
        cls.fetch = original

    return undo


def forks_workers(loader: Any) -> bool:
    """Whether what was changed here is changed in the processes that read for ``loader``, too."""
    context = loader.multiprocessing_context
    method = context.get_start_method() if context is not None else torch.multiprocessing.get_start_method()
    return not loader.num_workers or method == "fork"


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
