"""The private parts of ``DataLoader``: what a loop over one iterates."""

from __future__ import annotations

import contextlib
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Any

import torch


def _is_map_style(iterator: Any) -> bool:
    module = torch.utils.data.dataloader
    if not isinstance(iterator, module._BaseDataLoaderIter):
        return False
    return iterator._dataset_kind == module._DatasetKind.Map and hasattr(iterator, "_sampler_iter")


def loader_iterator_length(iterator: Any) -> int | None:
    """Batches of one pass of a ``DataLoader`` iterator over a map-style data set; None for anything else.

    ``len(loader)`` is public, but inside an ``enumerate`` only the loader's private iterator can be reached.
    """
    if not _is_map_style(iterator):
        return None
    try:
        return len(iterator)
    except TypeError:  # a sampler without a length
        return None


def skip_loader_batches(iterator: Any, count: int) -> bool:
    """Drop the next ``count`` batches of a ``DataLoader`` iterator, drawing their indices but reading no sample.

    Returns False, having done nothing, for anything but a map-style ``DataLoader`` iterator. There is no public way:
    the sampler's iterator is an attribute of the loader's. Batches that worker processes have already been asked for
    are received and dropped.
    """
    if not _is_map_style(iterator):
        return False
    ahead = getattr(iterator, "_send_idx", 0) - getattr(iterator, "_rcvd_idx", 0)
    indices_only = max(count - ahead, 0)
    deque(islice(iterator._sampler_iter, indices_only), maxlen=0)
    for _ in range(min(ahead, count)):
        next(iterator)
    return True


def take_loader_order(iterator: Any, other: Any) -> bool:
    """Let ``iterator`` go on where ``other`` stands, over its own data: the order and how much of it is used up.

    Both are of a ``DataLoader`` over a map-style data set without worker processes; otherwise nothing is done, and
    False returned. The order is the sampler's iterator, which has no public name.
    """
    if not all(_is_map_style(each) and each._num_workers == 0 for each in (iterator, other)):
        return False
    iterator._sampler_iter = other._sampler_iter
    iterator._num_yielded = other._num_yielded
    return True


def set_worker_dataset(dataset: Any) -> None:
    """Let ``get_worker_info().dataset`` of this worker process be ``dataset``, which is set once and for all otherwise.

    A ``worker_init_fn`` seeds its data set by it, which has to be the user's own where that has been wrapped.
    """
    information = torch.utils.data.get_worker_info()
    if information is not None:
        object.__setattr__(information, "dataset", dataset)


def loader_iterator() -> type[Any]:
    """The base class of what ``iter(DataLoader(...))`` gives; loaders have no hook for what they yield."""
    from torch.utils.data.dataloader import _BaseDataLoaderIter

    return _BaseDataLoaderIter


def loader_collate(iterator: Any) -> Any:
    """The function with which a loader's iterator puts samples together; None where the loader does not batch."""
    return getattr(iterator, "_collate_fn", None) if getattr(iterator, "_auto_collation", False) else None


@dataclass(frozen=True)
class LoaderFacts:
    """How a ``DataLoader`` that is being iterated reads its data set; None: unknown."""

    samples: int | None
    batch_size: int | None
    drop_last: bool
    sequential: bool  # map-style, in the order of the indices
    workers: int


def loader_key(iterator: Any) -> Any:
    """The same object for every pass over one loader: what draws its indices."""
    return iterator._index_sampler


def loader_facts(iterator: Any) -> LoaderFacts:
    """Of the loader behind ``iterator``, whose iterator does not refer to it by any public name."""
    batches = iterator._index_sampler  # the BatchSampler; without automatic batching the Sampler itself
    data = iterator._dataset if _is_map_style(iterator) else None
    return facts_of_batches(batches, data, iterator._num_workers)


def facts_of_batches(batches: Any, data: Any, workers: int) -> LoaderFacts:
    """Of a loader whose indices ``batches`` draws from ``data``; None for data that is not map-style."""
    plain = type(batches) is torch.utils.data.BatchSampler
    samples = None
    if data is not None:
        with contextlib.suppress(TypeError, NotImplementedError, AttributeError):
            samples = len(batches.sampler) if plain else len(data)
    return LoaderFacts(
        samples=samples,
        batch_size=batches.batch_size if plain else None,
        drop_last=bool(batches.drop_last) if plain else False,
        sequential=data is not None and plain and type(batches.sampler) is torch.utils.data.SequentialSampler,
        workers=workers,
    )


def loader_fetchers() -> tuple[type[Any], type[Any]]:
    """The classes whose ``fetch`` reads one batch, of map-style and of iterable data sets.

    They run in the worker processes too, which have no hook: a forked worker takes along what was put in their place.
    """
    from torch.utils.data._utils.fetch import _IterableDatasetFetcher, _MapDatasetFetcher

    return _MapDatasetFetcher, _IterableDatasetFetcher


def loader_dataset_id(iterator: Any) -> int:
    """``id`` of the data set behind a loader's iterator, the same in forked workers."""
    return id(iterator._dataset)
