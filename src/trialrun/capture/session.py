"""The whole of capture: every source and observer, attached and detached together."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from trialrun import _torch
from trialrun.capture.crash import CrashContext
from trialrun.capture.environment import EnvironmentSource
from trialrun.capture.events import Observer
from trialrun.capture.ledger import Ledger
from trialrun.capture.observers.activations import Activations
from trialrun.capture.observers.alike_units import AlikeUnitsOfLayers
from trialrun.capture.observers.batches import Batches
from trialrun.capture.observers.broadcasts import Broadcasts
from trialrun.capture.observers.broken_gradients import BrokenGradients
from trialrun.capture.observers.clips import Clips
from trialrun.capture.observers.custom_gradients import CustomGradients
from trialrun.capture.observers.evaluation_changes import EvaluationChanges
from trialrun.capture.observers.evaluations import Evaluations
from trialrun.capture.observers.growth import Growth
from trialrun.capture.observers.hand_written import HandWritten
from trialrun.capture.observers.host_reads import HostReads
from trialrun.capture.observers.in_place import InPlaceChanges
from trialrun.capture.observers.layers import Layers
from trialrun.capture.observers.loose_leaves import LooseLeaves
from trialrun.capture.observers.losses import Losses
from trialrun.capture.observers.modes import Modes
from trialrun.capture.observers.nonfinite import FirstNonFinite
from trialrun.capture.observers.parameters import Parameters
from trialrun.capture.observers.replaced import ReplacedLeaves
from trialrun.capture.observers.retained import RetainedGraphs
from trialrun.capture.observers.softmaxes import Softmaxes
from trialrun.capture.observers.stale import StaleGradients
from trialrun.capture.observers.strays import Strays
from trialrun.capture.observers.target_ranges import TargetRanges
from trialrun.capture.observers.updates import Updates
from trialrun.capture.observers.values import Values
from trialrun.capture.observers.windows import Windows
from trialrun.capture.position import Position
from trialrun.capture.roots import RootLabels
from trialrun.capture.scaled import ScaledLosses
from trialrun.capture.sources.backward import BackwardSource
from trialrun.capture.sources.checkpoints import CheckpointSource
from trialrun.capture.sources.compiles import CompileSource
from trialrun.capture.sources.draws import Draws
from trialrun.capture.sources.functions import FunctionSource
from trialrun.capture.sources.gradients import GradientSource
from trialrun.capture.sources.loader_reads import LoaderReads
from trialrun.capture.sources.loaders import LoaderSource
from trialrun.capture.sources.modules import ModuleSource
from trialrun.capture.sources.optimisers import OptimiserSource
from trialrun.capture.sources.python_warnings import WarningSource
from trialrun.capture.sources.schedulers import SchedulerSource
from trialrun.capture.sources.state_dicts import StateDictSource
from trialrun.capture.taint import Taints
from trialrun.capture.watch import Watch
from trialrun.evidence.program import CallContext
from trialrun.evidence.records import Record

AnyObserver = TypeVar("AnyObserver", bound=Observer)


class Source(Protocol):
    """Where events come from."""

    def attach(self) -> None: ...

    def detach(self) -> None: ...


class Capture:
    """Watches torch from :meth:`attach` to :meth:`detach` and writes records as things happen.

    ``hooked_steps``: after that many updates single operations, norms and bits are no longer looked at (None: always).
    ``on_first_update`` is called once, right after the first update. Nothing here changes a result.
    """

    def __init__(self, position: Position, write: Callable[[Record], None], hooked_steps: int | None = None) -> None:
        self._watch = watch = Watch(position, write, hooked_steps)
        self._crash = crash = CrashContext()
        ledger, labels, taints, scaled = Ledger(), RootLabels(), Taints(), ScaledLosses(watch)
        self._taints = taints
        self._modules = modules = ModuleSource(watch, ledger, crash)
        self._functions = functions = FunctionSource(watch, crash)
        loaders = LoaderSource(watch)
        state_dicts = StateDictSource(watch, ledger)
        checkpoints = CheckpointSource(watch, ledger)
        schedulers = SchedulerSource(watch)
        reads = LoaderReads(watch)
        draws = Draws(watch, reads)
        self._environment = EnvironmentSource(watch)
        self._sources: tuple[Source, ...] = (
            self._environment,
            modules,
            OptimiserSource(watch, ledger, crash),
            scaled,
            BackwardSource(watch, ledger, scaled, crash),
            loaders,
            reads,
            draws,
            state_dicts,
            checkpoints,
            schedulers,
            GradientSource(watch),
            WarningSource(watch),
            CompileSource(watch, modules, functions),
            functions,
        )
        stale = StaleGradients(watch, ledger)
        updates = Updates(watch, ledger, stale)
        for observer in (
            Values(watch, ledger, taints),  # numbers the model calls, and knows what led to a loss
            Batches(watch, loaders),
            Layers(watch, labels),
            HandWritten(watch, ledger, stale),
            ReplacedLeaves(watch),
            updates,  # asks what is left over before `stale` forgets it
            stale,
            Windows(watch, ledger),
            Clips(watch, ledger, scaled),
            BrokenGradients(watch, ledger),
            Losses(watch, ledger),
            TargetRanges(watch),
            Softmaxes(watch, loaders),
            reads,
            draws,
            Broadcasts(watch, taints),
            FirstNonFinite(watch, lambda: modules.current),
            Strays(watch, ledger, labels),
            Activations(watch, labels, lambda: modules.current),
            AlikeUnitsOfLayers(watch, ledger),
            LooseLeaves(watch, ledger, labels),
            RetainedGraphs(watch),
            CustomGradients(watch),
            InPlaceChanges(watch, crash, lambda: modules.current),
            Modes(watch, labels),
            Evaluations(watch, labels, taints),
            EvaluationChanges(watch, labels, taints),
            HostReads(watch),
            Growth(watch),
            state_dicts,
            checkpoints,
            schedulers,
            Parameters(watch, ledger, labels, updates),  # last: it writes what the others found out
        ):
            watch.add(observer)

    def add(self, make: Callable[[Watch, Taints], AnyObserver]) -> AnyObserver:
        """One observer more, which hears what the others hear."""
        observer = make(self._watch, self._taints)
        self._watch.add(observer)
        return observer

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

    @property
    def own_seconds(self) -> float:
        """Seconds that watching itself has taken so far."""
        return self._watch.own_time.seconds

    @property
    def resting(self) -> bool:
        """Whether it is paused, or not attached at all."""
        return not self._watch.attached

    @property
    def compiled(self) -> bool:
        """Whether the program has asked for compilation."""
        return self._watch.compiled

    def pause(self) -> Callable[[], None]:
        """Hear and see nothing until what is returned is called; what was known before is known after.

        The costly hooks are taken away, so that what runs now takes the time it takes unwatched.
        """
        if not self._watch.attached:
            return lambda: None
        self._watch.attached = False
        self._watch.pauses += 1
        resume = (self._modules.pause(), self._functions.pause())
        seen = self._watch.train_mode_step

        def end() -> None:
            for back in resume:
                back()
            self._watch.train_mode_step = seen
            self._watch.last_update_s = time.perf_counter()
            self._watch.attached = True

        return end

    def settle(self) -> None:
        """Notice now an update by hand since the last backward: a training loop has been left."""
        if self._watch.attached:
            self._watch.tell("settle")

    def detach(self) -> None:
        """Undo everything; harmless when repeated."""
        self._watch.attached = False
        for source in reversed(self._sources):
            source.detach()

    def finish(self) -> None:
        """Write the summary records; also after a crash, also after :meth:`detach`."""
        self._watch.tell("settle")
        self._watch.tell("finish")
        self._watch.shielded(("environment", "memory"), self._environment.finish)

    def call_context(self, error: BaseException) -> CallContext | None:
        """The innermost operation and module that ``error`` came out of; None where nothing of ours saw it."""
        with _torch.reading():
            context: CallContext | None = self._watch.shielded((), self._crash.of, error)
        return context
