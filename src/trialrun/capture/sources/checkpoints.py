"""Checkpoints: what is saved, beside the state that training then goes on from."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, TypeAlias

import torch
from torch.amp.grad_scaler import GradScaler
from torch.nn.modules.batchnorm import _NormBase
from torch.optim.swa_utils import AveragedModel

from trialrun import _torch
from trialrun.capture.events import ModuleCall, Observer, Step
from trialrun.capture.ledger import Ledger
from trialrun.capture.patches import Patches
from trialrun.capture.position import RunningLoop
from trialrun.capture.saved import Saved
from trialrun.capture.saved_states import holds_average, holds_position, holds_scale, state_tensors, states
from trialrun.capture.schedules import Schedule, book_of
from trialrun.capture.sources.saves import SaveSource
from trialrun.capture.watch import Watch
from trialrun.evidence.checkpoints import Checkpoint, TrainingState
from trialrun.evidence.place import Where

KINDS = ("checkpoint", "training_state")
MAX_SAVES = 32  # of one line that are looked into
COUNTED_STEPS = 3  # of an optimiser after which its state is counted: some begin it with their second


_Calls: TypeAlias = "weakref.WeakKeyDictionary[Schedule, int]"


@dataclass(eq=False, slots=True)
class _Part:
    """The mutable side of a ``TrainingState``."""

    number: int
    kind: str
    cls: str
    where: Where | None = None
    steps: int = 0
    round: int = -1  # of its last step
    saved: bool = False
    tensors: int = 0
    names: tuple[str, ...] = ()
    schedule: Schedule | None = None
    stepped_at: int = -1  # calls of a schedule by the first save
    runs: bool = False  # the schedule was stepped shortly before some save
    trained: set[int] = field(default_factory=set)  # parameters, by their number in the ledger; layers
    held: set[int] = field(default_factory=set)  # those of them that a save held
    weights: _Part | None = None  # of an optimiser: what it trains
    driven: _Part | None = None  # of a schedule: its optimiser


class CheckpointSource(Observer):
    """Notes at each save which states are in use and which of them are in what is saved.

    In use is an optimiser whose last step was made in the same iteration of the outermost loop as the latest step of
    all: what had trained something else before is not needed to go on.
    """

    kinds: ClassVar[tuple[str, ...]] = KINDS

    def __init__(self, watch: Watch, ledger: Ledger) -> None:
        self._watch = watch
        self._ledger = ledger
        self._patches = Patches()
        self._saved = SaveSource(watch, KINDS, self._saves)
        self._parts: list[_Part] = []
        self._of: weakref.WeakKeyDictionary[Any, _Part] = weakref.WeakKeyDictionary()
        self._statistics_of: weakref.WeakKeyDictionary[torch.nn.Module, _Part] = weakref.WeakKeyDictionary()
        self._layers: weakref.WeakKeyDictionary[torch.nn.Module, tuple[int, str]] = weakref.WeakKeyDictionary()
        self._roots: weakref.WeakSet[torch.nn.Module] = weakref.WeakSet()
        self._places: dict[tuple[Where | None, bool], Checkpoint] = {}
        self._round = 0
        # Calls of each schedule by the first step of the last round, if that was of the same loop, and of this one.
        self._calls: tuple[_Calls, _Calls] = (weakref.WeakKeyDictionary(), weakref.WeakKeyDictionary())
        self._outer: tuple[RunningLoop | None, int] = (None, 0)

    def attach(self) -> None:
        self._saved.attach()
        self._patches.replace(GradScaler, "update", lambda original: self._wrap_use(original, "scaler"))
        self._patches.replace(AveragedModel, "update_parameters", lambda original: self._wrap_use(original, "average"))

    def detach(self) -> None:
        self._patches.undo()
        self._saved.detach()

    # -- wrapping

    def _wrap_use(self, original: Callable[..., Any], kind: str) -> Callable[..., Any]:
        @functools.wraps(original)
        def use(owner: Any, *args: Any, **kwargs: Any) -> Any:
            result = original(owner, *args, **kwargs)
            if self._watch.listening() and (kind != "scaler" or owner.is_enabled()):
                self._watch.shielded(KINDS, self._used, owner, kind, self._watch.position.where())
            return result

        return use

    # -- what is in use

    def _used(self, owner: Any, kind: str, where: Where | None) -> _Part:
        part = self._of.get(owner)
        if part is None:
            part = self._of[owner] = self._new(kind, type(owner).__name__)
        part.where = part.where or where
        part.steps += 1
        part.round = self._round
        return part

    def _new(self, kind: str, cls: str) -> _Part:
        self._parts.append(_Part(len(self._parts), kind, cls))
        return self._parts[-1]

    def step_ended(self, step: Step) -> None:
        loops = self._watch.position.loops()
        outer = (loops[-1], loops[-1].index) if loops else (None, 0)
        if outer[0] is not self._outer[0] or outer[1] != self._outer[1]:
            calls: _Calls = weakref.WeakKeyDictionary()
            self._calls = (self._calls[1] if outer[0] is self._outer[0] else calls, calls)
            self._outer = outer
            self._round += 1
        book = book_of(step.optimiser)
        for schedule in book.schedules if book is not None else ():
            self._calls[1].setdefault(schedule, schedule.seen)
        part = self._used(step.optimiser, "optimiser", step.where)
        if part.steps <= COUNTED_STEPS:
            part.tensors = sum(1 for _ in state_tensors(step.optimiser.state))
            kept = (
                k for state in step.optimiser.state.values() for k, v in state.items() if list(state_tensors({k: v}))
            )
            part.names = tuple(dict.fromkeys(str(key) for key in kept))

    def module_entered(self, call: ModuleCall) -> None:
        if not call.is_model or call.root in self._roots:
            return
        self._roots.add(call.root)
        for name, layer in call.root.named_modules():
            if isinstance(layer, _NormBase) and layer.num_batches_tracked is not None and layer not in self._layers:
                self._layers[layer] = (_torch.version(layer.num_batches_tracked), name)

    # -- what is saved

    def _saves(self, obj: object, in_memory: bool) -> None:
        place = (self._watch.position.where(), in_memory)
        old = self._places.get(place)
        if old is not None and old.saves >= MAX_SAVES:
            return
        with _torch.reading():
            saved = Saved.of(obj)
            needed = list(self._in_use(saved))
            trained = [part.weights for part in needed if part.weights is not None]
            share = sum(len(part.held & part.trained) for part in trained) / max(
                1, sum(len(p.trained) for p in trained)
            )
        numbers = {part.number for part in (*needed, *trained)}
        self._places[place] = Checkpoint(
            where=place[0],
            saves=1 + (old.saves if old else 0),
            keys=saved.keys,
            counters=saved.counters,
            optimisers=max(len(saved.states), old.optimisers if old else 0),
            schedules=max(saved.schedules, old.schedules if old else 0),
            weights_share=max(share, old.weights_share if old else 0.0),
            in_memory=in_memory,
            needed=tuple(sorted(numbers | set(old.needed if old else ()))),
        )

    def _in_use(self, saved: Saved) -> Iterator[_Part]:
        """The states that training goes on from now; those in ``saved`` are marked."""
        schedules: list[tuple[_Part, bool]] = []
        trained: set[int] = set()
        with_state = states([owner for owner, part in self._of.items() if part.kind == "optimiser"], saved)
        for owner, part in list(self._of.items()):
            if part.kind != "optimiser" and part.round < self._round - 1:
                continue
            if part.kind == "scaler":
                part.saved = part.saved or holds_scale(saved, owner)
                yield part
            elif part.kind == "average":
                part.saved = part.saved or holds_average(saved, owner)
                yield part
            elif part.kind == "optimiser":
                part.saved |= id(owner) in with_state
                self._weights(owner, part, saved)
                if part.round == self._round:
                    trained |= {id(tensor) for group in owner.param_groups for tensor in group["params"]}
                    yield part
                    schedules += self._schedules(owner, saved)
        all_of_them = 0 < len({part.number for part, _ in schedules}) <= saved.schedules
        for part, whole in schedules:
            part.saved |= whole or all_of_them or (part.schedule is not None and holds_position(saved, part.schedule))
            yield part
        yield from self._statistics(saved, trained)

    def _schedules(self, optimiser: torch.optim.Optimizer, saved: Saved) -> Iterator[tuple[_Part, bool]]:
        book = book_of(optimiser)
        for schedule in book.whole() if book is not None else ():
            part = self._of.get(schedule)
            if part is None:
                part = self._of[schedule] = self._new("schedule", schedule.cls)
                part.schedule, part.stepped_at, part.driven = schedule, schedule.seen, self._of.get(optimiser)
            before = self._calls[0].get(schedule, self._calls[1].get(schedule, schedule.seen))
            part.runs |= schedule.seen > before
            yield part, id(schedule.scheduler()) in saved.objects

    def _weights(self, optimiser: torch.optim.Optimizer, part: _Part, saved: Saved) -> None:
        if part.weights is None:
            part.weights = self._new("weights", part.cls)
        weights = part.weights
        weights.where = part.where
        for tensor in (tensor for group in optimiser.param_groups for tensor in group["params"]):
            entry = self._ledger.find(tensor)
            if entry is not None and entry.changes and tensor.numel():
                weights.trained.add(entry.id)
                if saved.holds(tensor):
                    weights.held.add(entry.id)

    def _statistics(self, saved: Saved, trained: set[int]) -> Iterator[_Part]:
        """Running statistics in the models of the parameters ``trained``, that training has changed."""
        for root in list(self._roots):
            if not any(id(parameter) in trained for parameter in root.parameters()):
                continue
            part = self._statistics_of.get(root)
            if part is None:
                part = self._statistics_of[root] = self._new("statistics", type(root).__name__)
            for number, layer in enumerate(root.modules()):
                seen = self._layers.get(layer)
                if seen is None or not isinstance(layer, _NormBase) or layer.num_batches_tracked is None:
                    continue
                if _torch.version(layer.num_batches_tracked) <= seen[0]:
                    continue
                if number not in part.trained:
                    part.trained.add(number)
                    part.names = (*part.names, seen[1])
                if layer.running_mean is None or saved.holds(layer.running_mean):
                    part.held.add(number)
            if part.trained:
                yield part

    # -- told

    def finish(self) -> None:
        for place in self._places.values():
            self._watch.write(place)
        for part in self._parts if self._places else ():
            record = TrainingState(part.number, part.kind, part.cls, part.where, part.saved, part.tensors, part.names)
            if part.schedule is not None:
                schedule = part.schedule
                plain = schedule.cls != "ReduceLROnPlateau"
                record = replace(record, where=schedule.where, positioned=plain and schedule.arguments)
                record = replace(record, driven_at=part.driven.where if part.driven is not None else None)
                record = replace(record, saved=part.saved or not (part.runs or schedule.seen > part.stepped_at))
            elif part.kind in ("weights", "statistics"):
                lost = sorted(part.trained - part.held)
                if not part.trained:
                    continue
                named = part.names if part.kind == "statistics" else tuple(self._ledger.at(i).name for i in lost)
                record = replace(record, saved=not lost, tensors=len(lost), names=named)
            self._watch.write(record)
