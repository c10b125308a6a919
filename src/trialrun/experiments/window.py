"""One update window as it was recorded: what its loop handed to the body, and what the body drew by itself."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from torch.utils.data import DataLoader

from trialrun import _torch
from trialrun.capture.readings import scalar
from trialrun.experiments import randomness
from trialrun.experiments.clone import cloned, tensor_bytes
from trialrun.experiments.snapshot import Snapshot
from trialrun.target.loop import Loop
from trialrun.target.sites import Site

MOST_ITEMS = 128  # of one window
MOST_BYTES = 512 * 2**20  # of what is kept of its items and draws


class TooLargeError(Exception):
    """A window that cannot be kept; the message says why."""


class NotFrozenError(Exception):
    """The repeated body asked for something that was not recorded."""


@dataclass
class Entry:
    """One entry of a loop inside the body."""

    loop: Loop
    one_shot: bool
    items: list[Any] = field(default_factory=list)
    iterations: int = 0


@dataclass
class Item:
    """One item of the window's own loop, and where the random generators stood when its body began."""

    value: Any
    random: randomness.States


class Window:
    """From just after one update to just after the next: k iterations of ``loop`` where k backwards lead to a step.

    Everything handed out is copied when it is recorded, and again each time it is served.
    """

    def __init__(self, loop: Loop, frame: FrameType, frames: list[FrameType], is_own: Callable[[str], bool]) -> None:
        self.loop = loop
        self.frame = frame
        self.start = Snapshot(frames, is_own)
        self.rates = {  # by id of the optimiser, one a group: a body that sets them by hand changes them
            id(optimiser): tuple(scalar(group.get("lr")) or 0.0 for group in optimiser.param_groups)
            for optimiser in self.start.reach.optimisers
        }
        self.items: list[Item] = []
        self.draws: list[Any] = []
        self.entries: dict[int, list[Entry]] = {}  # by loop site
        self._first = loop.index
        self._optimisers = set(loop.seen)
        self._updates = loop.updates
        self._bytes = 0
        self._drawn = 0
        self._entered: dict[int, int] = {}

    @property
    def complete(self) -> bool:
        """Whether an optimiser that had stepped before the window has stepped in it."""
        return any(self.loop.seen.get(optimiser, -1) >= self._first for optimiser in self._optimisers)

    # recording

    def add(self, item: Any) -> None:
        """The window's own loop hands ``item`` to its body."""
        if len(self.items) >= MOST_ITEMS:
            raise TooLargeError(f"no update within {MOST_ITEMS} items of the training loop")
        self.items.append(Item(self._kept(item), randomness.states(self.start.reach.generators)))

    def note_entry(self, loop: Loop, iterable: Any) -> None:
        """A loop inside the body is entered."""
        self.entries.setdefault(loop.site.id, []).append(Entry(loop, self._gives_once(iterable)))

    def _gives_once(self, iterable: Any, depth: int = 3) -> bool:
        """Whether going through ``iterable`` again would give other items.

        So it is with an iterator that was there before the window, with what is built upon one, and with loaders. An
        iterator that the body itself makes (``zip(parameters, velocities)``) is made anew by the next run of it.
        """
        if id(iterable) in self.start.reach.iterators or isinstance(iterable, (DataLoader, _torch.loader_iterator())):
            return True
        if depth and (isinstance(iterable, Iterator) or type(iterable).__module__.startswith("tqdm")):
            return any(self._gives_once(part, depth - 1) for part in gc.get_referents(iterable))
        return False

    def note_item(self, loop: Loop) -> None:
        """A loop inside the body hands an item to its own body."""
        for entry in reversed(self.entries.get(loop.site.id, ())):
            if entry.loop is loop:
                entry.iterations += 1
                if entry.one_shot:
                    entry.items.append(self._kept(loop.item))
                return

    def note_draw(self, value: Any) -> None:
        """The body has drawn ``value`` with ``next``."""
        self.draws.append(self._kept(value))

    def _kept(self, value: Any) -> Any:
        self._bytes += tensor_bytes(value)
        if self._bytes > MOST_BYTES:
            raise TooLargeError(f"the batches of one update take more than {MOST_BYTES // 2**20} MiB")
        return cloned(value)

    # serving

    def rewind(self) -> None:
        """The body is about to be run again from the window's first item."""
        self._drawn = 0
        self._entered.clear()

    def item(self, index: int) -> Any:
        """Item ``index`` for the body, its random generators put to where they stood."""
        randomness.rewind(self.items[index].random)
        return cloned(self.items[index].value)

    def draw(self) -> Any:
        """What the next ``next`` gave; raises NotFrozenError once all is served."""
        if self._drawn >= len(self.draws):
            raise NotFrozenError
        self._drawn += 1
        return cloned(self.draws[self._drawn - 1])

    def entry(self, site: Site) -> Entry | None:
        """The recorded entry that corresponds to the one now made into the loop at ``site``."""
        number = self._entered.get(site.id, 0)
        self._entered[site.id] = number + 1
        entries = self.entries.get(site.id, ())
        return entries[number] if number < len(entries) else None


def served(entry: Entry) -> Iterator[Any]:
    """The items of a recorded entry, copied."""
    return (cloned(item) for item in entry.items)
