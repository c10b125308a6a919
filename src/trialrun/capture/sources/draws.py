"""Where the random streams stand when a loader, or one of its workers, begins to read.

Workers are forked with what is attached here, and tell through a pipe; those that are spawned tell nothing.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import random
import sys
import weakref
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import torch

from trialrun import _torch
from trialrun.capture.cards import named_tensors
from trialrun.capture.contents import content
from trialrun.capture.events import Observer
from trialrun.capture.patches import Patches
from trialrun.capture.sources.loader_reads import LoaderReads
from trialrun.capture.watch import Watch
from trialrun.evidence.loading import RepeatedDraws

MAX_DEPTH = 4  # of attributes, from the data set
MAX_OBJECTS = 256  # looked through for generators
MAX_LINE = 4000  # bytes; below the size up to which a write to a pipe is whole


class Draws(Observer):
    """Writes a ``RepeatedDraws`` for each stream that began at the same place twice, and was drawn from."""

    kinds: ClassVar[tuple[str, ...]] = ("repeated_draws",)

    def __init__(self, watch: Watch, reads: LoaderReads) -> None:
        self._watch = watch
        self._reads = reads
        self._patches = Patches()
        self._begun: weakref.WeakSet[Any] = weakref.WeakSet()
        self._training = 0  # counts the optimisers built: comparisons of seeds and folds begin alike on purpose
        self._seeded: dict[str, int] = defaultdict(int)
        self._pipe: tuple[int, int] | None = None
        self._process = os.getpid()
        self._told: list[dict[str, Any]] = []

    def attach(self) -> None:
        self._process = os.getpid()
        self._pipe = os.pipe()
        for end in self._pipe:
            os.set_blocking(end, False)
        for number, fetcher in enumerate(_torch.loader_fetchers()):
            self._patches.replace(fetcher, "fetch", functools.partial(self._wrap_fetch, bool(number)))
        self._patches.replace(torch, "manual_seed", functools.partial(self._wrap_seed, "torch"))
        self._patches.replace(random, "seed", functools.partial(self._wrap_seed, "random"))
        if "numpy" in sys.modules:
            self._patches.replace(
                sys.modules["numpy"].random, "seed", functools.partial(self._wrap_seed, "numpy.random")
            )

    def detach(self) -> None:
        self._patches.undo()
        self._drain()
        if self._pipe is not None and os.getpid() == self._process:
            for end in self._pipe:
                os.close(end)
            self._pipe = None

    def optimiser_built(self, optimiser: torch.optim.Optimizer, ident: int) -> None:
        self._training += 1

    def _wrap_seed(self, stream: str, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def seed(*args: Any, **kwargs: Any) -> Any:
            self._seeded[stream] += 1
            return original(*args, **kwargs)

        return seed

    def _wrap_fetch(self, iterable: bool, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def fetch(fetcher: Any, *args: Any, **kwargs: Any) -> Any:
            if fetcher in self._begun or not self._here():
                return original(fetcher, *args, **kwargs)
            self._begun.add(fetcher)
            before = self._watch.shielded(self.kinds, self._look, fetcher.dataset)
            data = original(fetcher, *args, **kwargs)
            if before is not None:
                self._watch.shielded(self.kinds, self._tell, fetcher.dataset, before, data if iterable else None)
            return data

        return fetch

    def _here(self) -> bool:
        """In the main process while it is watched, or in a worker that was forked from it."""
        if os.getpid() == self._process:
            return self._watch.listening()
        return self._pipe is not None and torch.utils.data.get_worker_info() is not None

    # -- where it is drawn

    def _look(self, dataset: Any) -> dict[str, tuple[object, str]]:
        """Of each stream, what tells whether it was sown anew, and where it stands."""
        found: dict[str, tuple[object, str]] = {
            "torch": (self._seeded["torch"], _print(torch.get_rng_state().numpy().tobytes())),
            "random": (self._seeded["random"], _print(repr(random.getstate()).encode())),
        }
        numpy: Any = sys.modules.get("numpy")
        if numpy is not None:
            state = numpy.random.get_state()
            found["numpy.random"] = (
                self._seeded["numpy.random"],
                _print(state[1].tobytes() + repr(state[2:]).encode()),
            )
        for name, generator in _generators(dataset, numpy):
            found[name] = _standing(generator)
        return found

    def _tell(self, dataset: Any, before: dict[str, tuple[object, str]], data: Any) -> None:
        after = self._look(dataset)
        drawn = {
            name: place
            for name, (sown, place) in before.items()
            if name in after and after[name][0] == sown and after[name][1] != place
        }
        worker = torch.utils.data.get_worker_info()
        with _torch.reading():
            tensors = [tensor for _, tensor in named_tensors(data)]
            varied = any(tensor.numel() > 1 and bool((tensor != tensor.flatten()[0]).any()) for tensor in tensors)
            samples = content(tensors) if varied else None
        told = {
            "running": self._reads.running,
            "training": self._training,
            "process": os.getpid(),
            "worker": -1 if worker is None else worker.id,
            "streams": drawn,
            "samples": None if samples is None else str(samples),
        }
        if worker is None:
            self._told.append(told)
            return
        line = json.dumps(told).encode() + b"\n"
        if self._pipe is not None and len(line) <= MAX_LINE:
            with contextlib.suppress(OSError):  # full: enough was told
                os.write(self._pipe[1], line)

    # -- what was told

    def _drain(self) -> None:
        if self._pipe is None or os.getpid() != self._process:
            return
        text = b""
        with contextlib.suppress(BlockingIOError):
            while part := os.read(self._pipe[0], 65536):
                text += part
        self._told.extend(json.loads(line) for line in text.splitlines())

    def finish(self) -> None:
        self._drain()
        groups: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
        for told in self._told:
            loader = self._reads.number_of(told["running"])
            if loader is not None:
                groups[loader, told["training"]].append(told)
        self._told.clear()
        seen: set[tuple[int, str, str]] = set()
        for (loader, _), tellings in groups.items():
            for record in _repeats(loader, tellings):
                if (record.loader, record.stream, record.kind) not in seen:
                    seen.add((record.loader, record.stream, record.kind))
                    self._watch.write(record)


def _repeats(loader: int, tellings: list[dict[str, Any]]) -> Iterator[RepeatedDraws]:
    """What one training over one loader shows."""
    by_worker: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for told in tellings:
        by_worker[told["worker"]].append(told)
    workers = len(by_worker) if -1 not in by_worker else 0
    passes = [[worker[k] for worker in by_worker.values() if k < len(worker)] for k in range(len(tellings))]
    for stream in dict.fromkeys(name for told in tellings for name in told["streams"]):
        for kind, groups in (("workers", passes), ("passes", list(by_worker.values()))):
            for group in groups:
                places = [told["streams"][stream] for told in group if stream in told["streams"]]
                alike = max((places.count(place) for place in places), default=0)
                if alike > 1:
                    yield RepeatedDraws(loader, stream, kind, alike, len(group), workers)
                    break
    for group in passes:
        samples = [told["samples"] for told in group if told["samples"] is not None]
        alike = max((samples.count(sample) for sample in samples), default=0)
        if alike > 1:
            yield RepeatedDraws(loader, "", "samples", alike, len(group), workers)
            break


def _print(state: bytes) -> str:
    return f"{zlib.crc32(state):08x}{zlib.adler32(state):08x}"


def _standing(generator: Any) -> tuple[object, str]:
    """The identity and the seed of a generator, as far as it can be known, and where it stands."""
    if isinstance(generator, torch.Generator):
        return (id(generator), generator.initial_seed()), _print(generator.get_state().numpy().tobytes())
    if isinstance(generator, random.Random):
        return id(generator), _print(repr(generator.getstate()).encode())
    bits: Any = getattr(generator, "bit_generator", None)
    if bits is not None:
        state = bits.state
        inner = state.get("state")
        step = inner.get("inc") if isinstance(inner, dict) else None  # of a PCG64: another for each seed
        return (id(generator), step), _print(repr(_plain(state)).encode())
    kept = generator.get_state()
    return id(generator), _print(kept[1].tobytes() + repr(kept[2:]).encode())


def _plain(state: Any) -> Any:
    """A bit generator's state without arrays, whose ``repr`` is cut short."""
    if isinstance(state, dict):
        return {key: _plain(value) for key, value in state.items()}
    return state.tobytes() if hasattr(state, "tobytes") else state


def _generators(dataset: Any, numpy: Any) -> Iterator[tuple[str, Any]]:
    """Generators among the attributes of the data set, of what it wraps and of its transforms, by their path."""
    kinds: tuple[type, ...] = (torch.Generator, random.Random)
    if numpy is not None:
        kinds += (numpy.random.Generator, numpy.random.RandomState)
    pending: list[tuple[str, Any, int]] = [("dataset", dataset, 0)]
    seen: set[int] = set()
    while pending and len(seen) < MAX_OBJECTS:
        name, value, depth = pending.pop(0)
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, kinds):
            if not isinstance(value, random.SystemRandom):  # it has no state that could be alike anywhere
                yield name, value
        elif depth < MAX_DEPTH and not isinstance(value, (torch.Tensor, torch.nn.Module, type)):
            if isinstance(value, (list, tuple)) and len(value) <= 32:
                pending.extend((f"{name}[{index}]", held, depth + 1) for index, held in enumerate(value))
            elif isinstance(value, dict) and len(value) <= 32:
                pending.extend((f"{name}[{key!r}]", held, depth + 1) for key, held in value.items())
            elif isinstance(getattr(value, "__dict__", None), dict):
                pending.extend((f"{name}.{key}", held, depth + 1) for key, held in vars(value).items())
