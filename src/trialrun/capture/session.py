"""The whole of capture: every source and observer, attached and detached together."""

from __future__ import annotations

from collections.abc import Callable

from trialrun import _torch
from trialrun.capture.crash import CrashContext
from trialrun.capture.events import Observer
from trialrun.capture.ledger import Ledger
from trialrun.capture.observers.layers import Layers
from trialrun.capture.observers.parameters import Parameters
from trialrun.capture.observers.stale import StaleGradients
from trialrun.capture.observers.updates import Updates
from trialrun.capture.position import Position
from trialrun.capture.roots import RootLabels
from trialrun.capture.scaled import ScaledLosses
from trialrun.capture.sources.backward import BackwardSource
from trialrun.capture.sources.modules import ModuleSource
from trialrun.capture.sources.optimisers import OptimiserSource
from trialrun.capture.watch import Watch
from trialrun.evidence.program import CallContext
from trialrun.evidence.records import Record


class Capture:
    """Watches torch from :meth:`attach` to :meth:`detach` and writes records as things happen.

    ``hooked_steps``: after that many updates single operations, norms and bits are no longer looked at (None: always).
    ``on_first_update`` is called once, right after the first update. Nothing here changes a result.
    """

    def __init__(self, position: Position, write: Callable[[Record], None], hooked_steps: int | None = None) -> None:
        self._watch = watch = Watch(position, write, hooked_steps)
        self._crash = CrashContext()
        ledger, labels = Ledger(), RootLabels()
        scaled = ScaledLosses(watch)
        stale = StaleGradients(watch, ledger)
        updates = Updates(watch, ledger, stale)
        modules = ModuleSource(watch, ledger, self._crash)
        optimisers = OptimiserSource(watch, ledger)
        self._sources = (modules, optimisers, scaled, BackwardSource(watch, ledger, scaled, self._crash))
        self._observers: tuple[Observer, ...] = (
            Layers(watch, labels),
            updates,  # reads what is left over before `stale` forgets it
            stale,
            Parameters(watch, ledger, labels, updates),
        )
        for observer in self._observers:
            watch.add(observer)

    @property
    def steps(self) -> int:
        """Updates seen so far."""
        return self._watch.steps

    @property
    def on_first_update(self) -> Callable[[], None] | None:
        return self._watch.on_first_update

    @on_first_update.setter
    def on_first_update(self, called: Callable[[], None] | None) -> None:
        self._watch.on_first_update = called

    def attach(self) -> None:
        """Start watching on this thread. Undone whole if any part fails."""
        self._watch.start()
        try:
            for source in self._sources:
                source.attach()
        except BaseException:
            self.detach()
            raise

    def detach(self) -> None:
        """Undo everything; harmless when repeated."""
        self._watch.attached = False
        for source in reversed(self._sources):
            source.detach()

    def finish(self) -> None:
        """Write the summary records; also after a crash, also after :meth:`detach`."""
        self._watch.tell("finish")

    def call_context(self, error: BaseException) -> CallContext | None:
        """The innermost operation and module that ``error`` came out of; None where nothing of ours saw it."""
        with _torch.reading():
            context: CallContext | None = self._watch.shielded((), self._crash.of, error)
        return context
