"""Learning-rate schedulers: built and stepped. Torch has no hook for either."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any, ClassVar

import torch
from torch.optim import lr_scheduler

from trialrun.capture.events import Observer, Step
from trialrun.capture.forecast import forecasts
from trialrun.capture.patches import Patches
from trialrun.capture.playing import StandIn, copy_of, group_rates
from trialrun.capture.position import RunningLoop
from trialrun.capture.rhythm import Rhythm
from trialrun.capture.schedules import COMPARED, Book, Schedule, book_of, open_book
from trialrun.capture.watch import Watch

KINDS = ("schedule",)
# Those whose constructor does not call that of another one.
_BUILDERS = tuple(
    cls
    for cls in (
        lr_scheduler.LRScheduler,
        lr_scheduler.SequentialLR,
        lr_scheduler.ChainedScheduler,
        lr_scheduler.ReduceLROnPlateau,
    )
    if "__init__" in vars(cls)
)


class SchedulerSource(Observer):
    """Keeps a :class:`Schedule` of every scheduler.

    ``step`` is replaced in every class of a scheduler's own that defines it: set on the instance, it would become part
    of the scheduler's ``state_dict``.
    """

    kinds: ClassVar[tuple[str, ...]] = KINDS

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._patches = Patches()
        self._wrapped: set[type] = set()
        self._inside = 0  # running constructors and steps: what they call in turn is theirs
        self._built_in: weakref.WeakKeyDictionary[torch.optim.Optimizer, tuple[int, tuple[RunningLoop, ...]]]
        self._built_in = weakref.WeakKeyDictionary()
        self._schedules: weakref.WeakKeyDictionary[Any, Schedule] = weakref.WeakKeyDictionary()
        self._books: list[Book] = []

    def attach(self) -> None:
        for cls in _BUILDERS:
            self._patches.replace(cls, "__init__", self._wrap_init)

    def detach(self) -> None:
        self._patches.undo()
        self._wrapped.clear()

    # -- wrapping

    def _wrap_init(self, original: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(original)
        def init(scheduler: Any, *args: Any, **kwargs: Any) -> None:
            if not self._watch.listening():
                original(scheduler, *args, **kwargs)
                return
            self._watch.shielded(KINDS, self._wrap_class, type(scheduler))
            self._inside += 1
            try:
                original(scheduler, *args, **kwargs)
            finally:
                self._inside -= 1
            self._watch.shielded(KINDS, self._built, scheduler)

        return init

    def _wrap_class(self, cls: type) -> None:
        for base in cls.__mro__:
            if base not in self._wrapped and issubclass(base, lr_scheduler.LRScheduler) and "step" in vars(base):
                self._wrapped.add(base)
                self._patches.replace(base, "step", self._wrap_step)

    def _wrap_step(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def step(scheduler: Any, *args: Any, **kwargs: Any) -> Any:
            if self._inside or not self._watch.listening() or isinstance(scheduler.optimizer, StandIn):
                return original(scheduler, *args, **kwargs)
            schedule = self._watch.shielded(KINDS, self._begin, scheduler, bool(args or kwargs))
            self._inside += 1
            try:
                return original(scheduler, *args, **kwargs)
            except Exception:
                if schedule is not None:
                    schedule.raised = True
                raise
            finally:
                self._inside -= 1
                if schedule is not None:
                    self._watch.shielded(KINDS, self._end, schedule, scheduler.optimizer)

        return step

    # -- noting

    def optimiser_built(self, optimiser: torch.optim.Optimizer, ident: int) -> None:
        self._built_in[optimiser] = (ident, tuple(self._watch.position.loops()))

    def _built(self, scheduler: Any) -> Schedule | None:
        optimiser = getattr(scheduler, "optimizer", None)
        if not isinstance(optimiser, torch.optim.Optimizer) or scheduler in self._schedules:
            return None
        book = book_of(optimiser)
        if book is None or book not in self._books:
            ident, built_in = self._built_in.get(optimiser, (-1, ()))
            book = Book(type(optimiser).__name__, Rhythm(built_in), ident)
            open_book(optimiser, book)
            self._books.append(book)
        schedule = Schedule(type(scheduler).__name__, weakref.ref(scheduler), Rhythm(self._watch.position.loops()))
        self._schedules[scheduler] = schedule
        book.schedules.append(schedule)
        return schedule

    def _begin(self, scheduler: Any, arguments: bool) -> Schedule | None:
        schedule = self._schedules.get(scheduler)
        where = self._watch.position.where()
        if schedule is None or (where is not None and where.function == "__init__"):
            return None
        schedule.seen += 1
        if schedule.calls.visit(self._watch.position.loops()):
            schedule.where = schedule.where or where
            schedule.places.add(where)
        else:
            schedule.start = None  # winds forward to where an earlier run had stopped
            return None
        if schedule.start is None:
            schedule.start = copy_of(scheduler)
            book = book_of(scheduler.optimizer)
            stepped = book is not None and book.updates.visits > 0  # be it without gradients
            schedule.leads = not self._watch.backwards and not stepped
        schedule.arguments |= arguments
        if len(schedule.rates) < COMPARED:
            schedule.rates.append((group_rates(scheduler.optimizer), ()))
        return schedule

    def _end(self, schedule: Schedule, optimiser: torch.optim.Optimizer) -> None:
        if schedule.rates and not schedule.rates[-1][1]:
            schedule.rates[-1] = (schedule.rates[-1][0], group_rates(optimiser))

    def step_ended(self, step: Step) -> None:
        book = book_of(step.optimiser)
        if book is not None:
            book.updates.visit(self._watch.position.loops())

    def finish(self) -> None:
        for record in forecasts(self._books):
            self._watch.write(record)
