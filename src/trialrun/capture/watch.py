"""What all sources and observers of one capture share: whether to listen, whom to tell, how far we are."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any

from trialrun import _torch
from trialrun.capture.events import EVENTS, Observer, Operation, Update
from trialrun.capture.position import Position
from trialrun.evidence.program import SkipRecord
from trialrun.evidence.records import Record


class OwnTime:
    """How long watching itself takes: ``with own_time:`` around all that is ours; nested ones count once."""

    __slots__ = ("_begun", "_depth", "seconds")

    def __init__(self) -> None:
        self.seconds = 0.0
        self._depth = 0
        self._begun = 0.0

    def __enter__(self) -> None:
        if not self._depth:
            self._begun = time.perf_counter()
        self._depth += 1

    def __exit__(self, *raised: object) -> None:
        self._depth -= 1
        if not self._depth:
            self.seconds += time.perf_counter() - self._begun


class Watch:
    """Delivers events to observers and shields the user's program from their faults.

    A fault of ours is swallowed, the observer it came from hears nothing more, and a ``SkipRecord`` says so.
    """

    def __init__(self, position: Position, write: Callable[[Record], None], hooked_steps: int | None) -> None:
        self.position = position
        self.steps = 0
        self.backwards = 0
        self.attached = False
        self.pauses = 0  # times that the program ran on unwatched
        self.compiled = False
        self.stepping = False  # an optimiser's step runs
        self.on_first_update: Callable[[], None] | None = None
        self.train_mode_step = -1  # updates made when train mode was last asked for
        self.last_update_s = time.perf_counter()
        self.own_time = OwnTime()
        self._write = write
        self._hooked_steps = hooked_steps
        self._thread = 0
        self._process = 0
        self._busy = False
        self._broken: set[str] = set()
        self._interested: dict[str, tuple[Observer, ...]] = {}
        self._noticed: list[int] = []
        self._listeners: dict[str, list[Observer]] = {event: [] for event in EVENTS}

    # -- who listens

    def add(self, observer: Observer) -> None:
        for event, listeners in self._listeners.items():
            if getattr(type(observer), event) is not getattr(Observer, event):
                listeners.append(observer)

    def heard(self, event: str) -> bool:
        return bool(self._listeners[event])

    def start(self) -> None:
        self.attached = True
        self._thread = threading.get_ident()
        self._process = os.getpid()

    def listening(self) -> bool:
        """Whether an event that happens now is to be delivered.

        Not in other threads (replicas of ``DataParallel``), nor in forked workers, nor while we ourselves run torch,
        nor where values cannot be read.
        """
        return (
            self.attached
            and not self._busy
            and threading.get_ident() == self._thread
            and os.getpid() == self._process
            and not _torch.in_transform()
        )

    @property
    def close(self) -> bool:
        """Whether this step is watched closely: single operations, norms and bits, not calls alone."""
        return self._hooked_steps is None or self.steps < self._hooked_steps

    # -- delivering

    def tell(self, event: str, *args: Any) -> None:
        listeners = self._listeners[event]
        if not listeners:
            return
        self._busy = True
        try:
            with self.own_time, _torch.reading():
                for observer in tuple(listeners):
                    self._tell_one(observer, event, args)
        finally:
            self._busy = False
        while self._noticed:
            self.update(self._noticed.pop(0))

    def tell_operation(self, op: Operation) -> None:
        self._busy = True
        try:
            for observer in self.interested(op.name):
                self._tell_one(observer, "operation", (op,))
        finally:
            self._busy = False

    def interested(self, operation: str) -> tuple[Observer, ...]:
        """Who wants to hear of the operations of this name."""
        known = self._interested.get(operation)
        if known is None:
            wanting = (o for o in self._listeners["operation"] if o.operations is None or operation in o.operations)
            known = self._interested[operation] = tuple(wanting)
        return known

    def _tell_one(self, observer: Observer, event: str, args: tuple[Any, ...]) -> None:
        try:
            getattr(observer, event)(*args)
        except Exception as fault:
            self._silence(observer, fault)

    def shielded(self, what: tuple[str, ...], function: Callable[..., Any], *args: Any) -> Any:
        """``function(*args)``; None where it fails, with a ``SkipRecord`` for each kind in ``what``.

        One that has failed is not called again: it would fail at every call.
        """
        name = getattr(function, "__qualname__", None) or repr(function)
        if name in self._broken:
            return None
        try:
            with self.own_time:
                return function(*args)
        except Exception as fault:
            self._broken.add(name)
            self.skip(what, fault)
            return None

    def write(self, record: Record) -> None:
        self._write(record)

    def skip(self, kinds: tuple[str, ...], reason: Exception | str) -> None:
        text = reason if isinstance(reason, str) else f"watching failed: {type(reason).__name__}: {reason}"[:300]
        for kind in kinds:
            self._write(SkipRecord(kind, text))

    def _silence(self, observer: Observer, fault: Exception) -> None:
        for listeners in self._listeners.values():
            if observer in listeners:
                listeners.remove(observer)
        self._interested.clear()
        self.skip(observer.kinds, fault)

    # -- counting

    def notice_update(self, optimiser: int) -> None:
        """An observer has noticed an update; it is counted once all observers have heard the present event."""
        self._noticed.append(optimiser)

    def update(self, optimiser: int) -> None:
        """An update has happened: tell observers, the conductor and whoever waits for the first one."""
        update = Update(self.steps, optimiser)
        self.tell("updated", update)
        self.steps += 1
        self.last_update_s = time.perf_counter()
        if self.steps == 1 and self.on_first_update is not None:
            with self.own_time:
                self.on_first_update()
        self.shielded(("loop",), self.position.update, optimiser)
