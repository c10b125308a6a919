"""A data set that tells, from within the worker process, where random generators stood before and after an item."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import pickle
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from trialrun import _torch
from trialrun.experiments.randomness import is_generator, state_of
from trialrun.numerics.frames import own_frames
from trialrun.numerics.pieces import generators_in
from trialrun.numerics.plain_values import global_states
from trialrun.numerics.subject import UnsupportedError

PLANTED = "the planted generator"  # the negative control: kept on the data set, drawn from once an item
TIMEOUT_S = 120  # for one batch: a worker that hangs ends the experiment
COLLATED = -1  # the index of what was drawn while a batch was put together
Prints = dict[str, str]


@dataclass(frozen=True)
class Reading:
    """One item read, or one batch put together (``index`` is COLLATED): ``item`` is a fingerprint of its content.

    ``before`` and ``after``: a fingerprint of the state of each stream, by its name.
    """

    worker: int
    index: int
    item: str
    before: Prints
    after: Prints


@dataclass(frozen=True)
class Failure:
    """What the user's code raised instead of an item, and its traceback."""

    what: str
    lines: tuple[str, ...]


class Streams:
    """The random streams that items of ``dataset`` may draw from, by name: global ones, its own, and its modules'."""

    def __init__(self, dataset: Any, collate: Any) -> None:
        found = [*generators_in(dataset, "dataset"), *generators_in(collate, "collate_fn")]
        for module in _modules_of(dataset, collate):
            values = list(vars(module).items())
            found.extend((f"{module.__name__}.{name}", value) for name, value in values if is_generator(value))
        self.own = dict(reversed(found))

    def prints(self) -> Prints:
        """Where each stands, as a fingerprint."""
        everywhere = {f"{name} (global)": state for name, state in global_states().items() if name != "CUDA"}
        own = {name: state_of(generator)[1] for name, generator in self.own.items()}
        return {name: digest(state) for name, state in (everywhere | own).items()}


def _modules_of(dataset: Any, collate: Any) -> list[Any]:
    """The user's own modules that the code of the data set stands in."""
    parts = [dataset, collate, *vars(dataset).values()] if hasattr(dataset, "__dict__") else [dataset, collate]
    names = [name for part in parts for name in (getattr(part, "__module__", None), type(part).__module__)]
    foreign = {"torch", "torchvision", "torchaudio", "numpy", "trialrun", *sys.stdlib_module_names} - {"__main__"}
    own = dict.fromkeys(name for name in names if isinstance(name, str) and name.split(".")[0] not in foreign)
    return [sys.modules[name] for name in own if name in sys.modules]


class Watched(torch.utils.data.Dataset[Any]):
    """``dataset`` by its indices; each item is a pair of a Reading and the item itself."""

    def __init__(self, dataset: Any, collate: Any) -> None:
        self.dataset = dataset
        self.collate = collate
        self.planted = random.Random(0)

    def __getitem__(self, index: Any) -> tuple[Reading | Failure, Any]:
        return self.followed(index, lambda: self.dataset[index])

    def followed(self, index: Any, read: Callable[[], Any]) -> tuple[Reading | Failure, Any]:
        """What ``read()`` gives, with where the streams stood before and after."""
        streams = Streams(self.dataset, self.collate)
        before = {**streams.prints(), PLANTED: digest(self.planted.getstate())}
        try:
            item = read()
        except StopIteration:
            raise
        except Exception as error:  # told here, where the user's own frames are still known
            first = (str(error).splitlines() or [""])[0]
            return Failure(f"{type(error).__name__}: {first}", tuple(own_frames(error).splitlines())), None
        self.planted.random()
        after = {**Streams(self.dataset, self.collate).prints(), PLANTED: digest(self.planted.getstate())}
        information = torch.utils.data.get_worker_info()
        worker = information.id if information is not None else 0
        return Reading(worker, index if isinstance(index, int) else abs(hash(index)), digest(item), before, after), item


class WatchedStream(torch.utils.data.IterableDataset[Any]):
    """The same of an iterable data set; of each worker's pass the first ``most`` items are read."""

    def __init__(self, dataset: Any, collate: Any, most: int) -> None:
        self.watched = Watched(dataset, collate)
        self.most = most

    def __iter__(self) -> Iterator[tuple[Reading | Failure, Any]]:
        begun: list[Iterator[Any]] = []

        def following() -> Any:
            if not begun:  # what is drawn when a pass begins belongs to its first item
                begun.append(iter(self.watched.dataset))
            return next(begun[0])

        with contextlib.suppress(StopIteration):
            for number in range(self.most):
                yield self.watched.followed(number, following)


class Collated:
    """Puts a batch together as the user's loader does, and leaves the readings of its items and of itself."""

    def __init__(self, watched: Watched, single: bool) -> None:
        self.watched = watched
        self.single = single  # the loader does not batch: its collate_fn takes one item

    def __call__(self, pairs: list[tuple[Reading | Failure, Any]]) -> list[Reading | Failure]:
        if any(isinstance(reading, Failure) for reading, _ in pairs):
            return [reading for reading, _ in pairs]
        items = [item for _, item in pairs]
        collate = self.watched.collate
        reading, _ = self.watched.followed(COLLATED, lambda: collate(items[0] if self.single else items))
        if isinstance(reading, Reading):  # the planted generator is drawn from here, too: the control is about items
            del reading.before[PLANTED], reading.after[PLANTED]
        return [*(each for each, _ in pairs), reading]


class Initialised:
    """The user's ``worker_init_fn``, which finds the user's own data set in ``get_worker_info()``."""

    def __init__(self, watched: Watched, own: Callable[[int], Any] | None) -> None:
        self.watched = watched
        self.own = own

    def __call__(self, worker: int) -> None:
        _torch.set_worker_dataset(self.watched.dataset)
        if self.own is not None:
            self.own(worker)


def digest(value: Any) -> str:
    """A fingerprint of a random state or of an item's content; "" where it cannot be told."""
    try:
        return hashlib.blake2b(_bytes(value), digest_size=12).hexdigest()
    except Exception:  # a class of the user's that neither can be pickled nor is known
        return ""


def _bytes(value: Any) -> bytes:
    if isinstance(value, torch.Tensor):
        held = value.detach().cpu()
        return f"{tuple(held.shape)}{held.dtype}".encode() + pickle.dumps(held.flatten().tolist())
    if isinstance(value, dict):
        return b"{" + b",".join(pickle.dumps(key) + _bytes(item) for key, item in value.items()) + b"}"
    if isinstance(value, (list, tuple)):
        return b"[" + b",".join(map(_bytes, value)) + b"]"
    return value.tobytes() if hasattr(value, "tobytes") else pickle.dumps(value)


@dataclass(frozen=True)
class Plan:
    """How a loader is read: ``indices`` None for an iterable data set, of which each worker reads ``per_worker``."""

    indices: list[Any] | None
    batch: int
    per_worker: int


def read(loader: Any, plan: Plan, workers: int, epochs: int) -> list[list[Reading]]:
    """The readings of each epoch, with that many worker processes (0: in this one, from a copy of the data set).

    Raises UnsupportedError where the user's code raises an exception.
    """
    dataset = loader.dataset if workers else copy.deepcopy(loader.dataset)
    collate = loader.collate_fn if workers else copy.deepcopy(loader.collate_fn)
    stream = WatchedStream(dataset, collate, plan.per_worker) if plan.indices is None else None
    watched = Watched(dataset, collate) if stream is None else stream.watched
    generator = None
    if loader.generator is not None:
        generator = torch.Generator(loader.generator.device)
        generator.set_state(loader.generator.get_state())
    settings: dict[str, Any] = {}
    if workers:
        settings = {
            "worker_init_fn": Initialised(watched, loader.worker_init_fn),
            "multiprocessing_context": loader.multiprocessing_context,
            "persistent_workers": loader.persistent_workers,
            "timeout": TIMEOUT_S,
        }
    own = torch.utils.data.DataLoader(
        watched if stream is None else stream,
        batch_size=plan.batch,
        sampler=plan.indices,
        num_workers=workers,
        collate_fn=Collated(watched, single=loader.batch_sampler is None),
        generator=generator,
        **settings,
    )
    return [[_unfailed(found) for batch in own for found in batch] for _ in range(epochs)]


def _unfailed(found: Reading | Failure) -> Reading:
    if isinstance(found, Reading):
        return found
    refusal = UnsupportedError(f"reading the data set raised {found.what}")
    refusal.lines = found.lines
    raise refusal
