"""What a ``for`` loop iterates: its length where that can be known, and how to skip to its last item.

Bodies such as ``if epoch == epochs - 1`` and ragged last batches are rehearsed only when the last item is visited, yet
producing every item on the way may take hours. Each kind of iterator below is skipped in its own cheap way; indices
that ``enumerate`` hands out stay those of the full run.
"""

from __future__ import annotations

import operator
import sys
import time
from collections import deque
from collections.abc import Iterator, Sized
from itertools import islice
from typing import Any, cast

SKIP_SECONDS = 2.0  # an iterator of unknown kind is drained to its last item only if that takes no longer
MOST_SKIPPED = 10_000_000  # items of a range or list: about 0.2 s

_SAMPLES: tuple[Any, ...] = ((), [], range(0), range(2**70), "", b"", {}, {}.values(), {}.items(), set())
_CHEAP: tuple[type, ...] = tuple(type(iter(sample)) for sample in _SAMPLES)


class Source:
    """An iterator that is about to drive a loop."""

    def __init__(self, iterable: Any) -> None:
        begun = time.perf_counter()
        self.name = _name(iterable)
        _open_progress_bar(iterable)
        self.length = _length(iterable)
        self.iterator: Iterator[Any] = iter(iterable)
        if self.length is None:
            self.length = _remaining(self.iterator)
        self.taken = 0
        self.fetch_seconds = 0.0
        self.last_fetch_seconds = 0.0
        self._renumber: int | None = None
        self.start_seconds = time.perf_counter() - begun  # a loader starts its workers here

    def next(self) -> Any:
        """The next item; raises StopIteration at the end."""
        start = time.perf_counter()
        item = next(self.iterator)
        self.last_fetch_seconds = time.perf_counter() - start
        self.fetch_seconds += self.last_fetch_seconds
        self.taken += 1
        if self._renumber is not None:  # the index enumerate gives after a skip is that of the short run
            item = (self._renumber, *item[1:])
        return item

    def skip_to_last(self) -> bool:
        """Make :meth:`next` give the last item; False if that cannot be done (it then goes on as before)."""
        if self.length is None:
            return False
        count = self.length - 1 - self.taken
        if count < 0:
            return False
        if count == 0:
            return True
        first = _first_index(self.iterator)
        seconds_each = self.fetch_seconds / max(self.taken, 1)
        if not _skip(self.iterator, count, seconds_each):
            return False
        if first is not None:
            self._renumber = first + count
        self.taken += count
        return True


def _name(iterable: Any) -> str:
    """What a reader would call it: the thing under ``enumerate``, ``zip`` and a progress bar."""
    bar = iterable if _is_progress_bar(iterable) else _progress_bar_of(iterable)
    if bar is not None:
        return _name(bar.iterable)
    if isinstance(iterable, _Inner):
        return _name(iterable.start())
    parts = _parts(iterable)
    if parts is not None:
        return ", ".join(dict.fromkeys(_name(part) for part in parts))
    name = type(iterable).__name__
    return "DataLoader" if "DataLoaderIter" in name else name.removesuffix("_iterator")


def _length(iterable: Any) -> int | None:
    """Items of one full pass over a sized object, else None."""
    if not isinstance(iterable, Sized):
        return None
    try:
        return len(iterable)
    except Exception:  # IterableDataset loaders and user classes raise whatever they like here
        return None


def _parts(iterator: Iterator[Any]) -> tuple[Any, ...] | None:
    """The iterators under an ``enumerate`` or ``zip``, else None."""
    if type(iterator) not in (enumerate, zip):
        return None
    inner: Any = iterator.__reduce__()[1]
    return (inner[0],) if type(iterator) is enumerate else tuple(inner)


def _first_index(iterator: Iterator[Any]) -> int | None:
    """The index an ``enumerate`` hands out next."""
    if type(iterator) is not enumerate:
        return None
    index: Any = iterator.__reduce__()[1][1]
    return int(index)


def _remaining(iterator: Any) -> int | None:
    """Items an iterator has still to give, where that can be known without taking them."""
    parts = _parts(iterator)
    if parts is not None:
        lengths = [_remaining(part) for part in parts]
        known = [length for length in lengths if length is not None]
        return min(known) if known and (len(known) == len(lengths) or type(iterator) is zip) else None
    if isinstance(iterator, _CHEAP):
        return operator.length_hint(iterator)
    if _loaders_in_use():
        from trialrun import _torch

        loader_length = _torch.loader_iterator_length(iterator)
        if loader_length is not None:
            return loader_length
    bar = _progress_bar_of(iterator)
    if bar is not None:
        return _length(bar)
    return _length(iterator)


def _skip(iterator: Any, count: int, seconds_each: float) -> bool:
    """Drop ``count`` items of ``iterator`` without producing them where that is possible."""
    parts = _parts(iterator)
    if parts is not None:
        return all(_skip(part, count, seconds_each) for part in parts)
    if isinstance(iterator, _CHEAP):
        if not count < operator.length_hint(iterator) <= MOST_SKIPPED:  # a class may claim another length than it has
            return False
        deque(islice(cast("Iterator[Any]", iterator), count), maxlen=0)
        return True
    bar = _progress_bar_of(iterator)
    if bar is not None and isinstance(bar.iterable, _Inner):
        return _skip(bar.iterable.start(), count, seconds_each)
    if _loaders_in_use():
        from trialrun import _torch

        if _torch.skip_loader_batches(iterator, count):
            return True
    if count * seconds_each > SKIP_SECONDS:
        return False
    deadline = time.perf_counter() + SKIP_SECONDS
    return all(time.perf_counter() < deadline for _ in islice(iterator, count))


def _loaders_in_use() -> bool:
    """Loops run before the script imports torch, too; they must not be what imports it."""
    return "torch.utils.data.dataloader" in sys.modules


class _Inner:
    """What a progress bar iterates, held so that it can be skipped behind the bar's back."""

    def __init__(self, iterable: Any) -> None:
        self._iterable = iterable
        self.iterator: Any = None

    def start(self) -> Any:
        """The iterator under the bar, which the bar itself starts no sooner than its first item."""
        if self.iterator is None:
            self.iterator = iter(self._iterable)
        return self.iterator

    def __iter__(self) -> Iterator[Any]:
        return self.start()  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return len(self._iterable)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._iterable, name)


def _is_progress_bar(value: Any) -> bool:
    return type(value).__module__.split(".")[0] == "tqdm" and getattr(value, "iterable", None) is not None


def _open_progress_bar(iterable: Any) -> None:
    """Put a handle under a ``tqdm`` bar, or under one that an ``enumerate`` or ``zip`` has already started."""
    if _is_progress_bar(iterable):
        if not isinstance(iterable.iterable, (_Inner, *_CHEAP)):
            iterable.iterable = _Inner(iterable.iterable)
        return
    for part in _parts(iterable) or ():
        bar = _progress_bar_of(part)
        if bar is not None:
            _open_progress_bar(bar)


def _progress_bar_of(iterator: Any) -> Any | None:
    """The ``tqdm`` bar whose generator ``iterator`` is."""
    frame = getattr(iterator, "gi_frame", None)
    if frame is None or "tqdm" not in frame.f_code.co_filename:
        return None
    bar = frame.f_locals.get("self")
    return bar if _is_progress_bar(bar) else None
