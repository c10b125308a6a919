"""What each step has computed and is still in memory steps later."""

from __future__ import annotations

from typing import Any, ClassVar

import torch

from trialrun import _torch
from trialrun.capture.events import Observer, Operation, Update
from trialrun.capture.readings import readable
from trialrun.capture.watch import Watch
from trialrun.evidence.footprint import GrowthRecord, Remains
from trialrun.evidence.place import Where

MOST = 50_000  # pieces of memory followed at once; what a step of usual size makes is a few hundred
LEAST_BYTES = 256  # numbers kept for a curve are no matter
OLD = 1  # updates after which what remains is taken for kept
FOLLOWED = 3  # updates beyond the closely watched ones


class Growth(Observer):
    """Follows memory, not tensors, and by weak references alone: a graph that is kept holds more than Python sees.

    What came with the items and views of it were not made here and do not count, nor does what an optimiser makes.
    """

    kinds: ClassVar[tuple[str, ...]] = ("growth",)

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._alive: dict[int, tuple[Any, int, int, str]] = {}  # by address: reference, step, bytes, operation
        self._entries: dict[int, int] = {}  # by step
        self._around: object = None
        self._entry = 0
        self._full = False
        self._suspects: set[str] = set()
        self._lines: dict[str, Where] = {}
        self._last: GrowthRecord | None = None

    def operation(self, op: Operation) -> None:
        step = self._watch.steps
        if not step or self._full or self._watch.stepping or not self._watch.close:
            return
        for tensor in op.outputs:
            if not _has_storage(tensor):
                continue
            reference = _torch.weak_storage(tensor)
            address = reference.cdata
            if address in self._alive:
                continue
            if any(address == _torch.weak_storage(given).cdata for given in op.inputs if _has_storage(given)):
                continue
            size = tensor.untyped_storage().nbytes()
            if size < LEAST_BYTES:
                continue
            self._alive[address] = (reference, step, size, op.name)
            if op.name in self._suspects and op.name not in self._lines:
                where = self._watch.position.where()
                if where is not None:
                    self._lines[op.name] = where
        self._full = len(self._alive) > MOST

    def updated(self, update: Update) -> None:
        if self._full or (self._entries and update.index > max(self._entries) + FOLLOWED):
            self._alive.clear()
            return
        loops = self._watch.position.loops()
        training = next((n for n, loop in enumerate(loops) if getattr(loop.site, "role", None) == "training"), 0)
        around = tuple((loop.site.where, loop.index) for loop in loops[training + 1 :])
        self._entry += self._around is not None and around != self._around
        self._around = around
        if self._watch.close:
            self._entries[update.index] = self._entry
        self._alive = {key: held for key, held in self._alive.items() if not held[0].expired()}
        self._look(update.index)

    def _look(self, now: int) -> None:
        sizes: dict[int, list[int]] = {}
        makers: dict[str, int] = {}
        for _, step, size, operation in self._alive.values():
            sizes.setdefault(step, []).append(size)
            if step <= now - OLD:
                makers[operation] = makers.get(operation, 0) + size
        self._suspects.update(makers)
        most = max(makers, key=lambda name: makers[name], default="")
        self._last = GrowthRecord(
            now,
            self._entry,
            tuple(self._entries.items()),
            tuple(
                Remains(step, self._entries[step], sum(found), len(found))
                for step, found in sorted(sizes.items())
                if step in self._entries
            ),
            most,
            self._lines.get(most),
        )

    def finish(self) -> None:
        self._alive.clear()
        if self._full:
            self._watch.skip(("growth",), f"a step makes too many tensors to follow them all: more than {MOST:,}")
        elif self._last is not None:
            self._watch.write(self._last)


def _has_storage(tensor: torch.Tensor) -> bool:
    return readable(tensor) and tensor.layout is torch.strided
