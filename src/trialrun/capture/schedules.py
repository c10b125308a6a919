"""The learning-rate schedules of each optimiser: how they began, how often they are stepped, where they peak."""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.optim import lr_scheduler

from trialrun import _torch
from trialrun.capture import playing
from trialrun.capture.rhythm import Planned, Rhythm
from trialrun.evidence.place import Where

PEAK_STEPS = 10_000  # calls played in search of the peak where neither the run nor the schedule has a known length
COMPARED = 32  # calls whose rates are compared with those of the copy

# The attribute that holds the number of calls a schedule was set for, counted from its first.
_HORIZONS = (
    (lr_scheduler.CosineAnnealingLR, "T_max"),
    (lr_scheduler.OneCycleLR, "total_steps"),
    (lr_scheduler.PolynomialLR, "total_iters"),
    (lr_scheduler.LinearLR, "total_iters"),
    (lr_scheduler.MultiStepLR, "milestones"),  # a counter of them
)


@dataclass(eq=False)
class Schedule:
    """One scheduler, held weakly, and a copy of how it stood before its first call."""

    cls: str
    scheduler: Callable[[], Any]
    calls: Rhythm
    start: Any = None
    where: Where | None = None  # the line that steps it
    seen: int = 0
    places: set[Where | None] = field(default_factory=set)  # lines that step it, those outside of loops left out
    arguments: bool = False  # some call named its epoch, so that the copy cannot repeat it
    raised: bool = False  # its last call did
    leads: bool = False  # no backward and no step had run at its first call in a loop
    rates: list[tuple[tuple[float, ...], tuple[float, ...]]] = field(default_factory=list)  # before and after a call

    def begin(self) -> Any:
        """A copy of it as it stood before its first call; None if it is gone and was never called."""
        if self.start is not None:
            return self.start
        scheduler = self.scheduler()
        return None if scheduler is None else playing.copy_of(scheduler)

    def planned(self) -> Planned | None:
        """Its calls in the full run, where all are made at one place."""
        return self.calls.planned() if len(self.places) == 1 else None


@dataclass(eq=False)
class Book:
    """All schedules of one optimiser, and its own updates."""

    cls: str
    updates: Rhythm
    ident: int = -1
    schedules: list[Schedule] = field(default_factory=list)

    def whole(self) -> list[Schedule]:
        """Those that are no part of another one, as the phases of a ``SequentialLR`` are."""
        parts = {id(part) for schedule in self.schedules for part in _parts(schedule.scheduler())}
        return [schedule for schedule in self.schedules if id(schedule.scheduler()) not in parts]


_books: weakref.WeakKeyDictionary[torch.optim.Optimizer, Book] = weakref.WeakKeyDictionary()


def book_of(optimiser: torch.optim.Optimizer) -> Book | None:
    """What is known of the schedules of ``optimiser``; None if it has none."""
    return _books.get(optimiser)


def open_book(optimiser: torch.optim.Optimizer, book: Book) -> None:
    """Keep ``book`` for as long as ``optimiser`` lives."""
    _books[optimiser] = book


def planned_peak(optimiser: torch.optim.Optimizer) -> tuple[tuple[float, ...], str] | None:
    """The largest rate of each group over the planned run, and where it comes from: "peak of OneCycleLR".

    Played on copies over the planned calls; where those are not known, over what the schedule itself was set for,
    else over the planned updates, else over ``PEAK_STEPS`` calls. A schedule that waits for a metric only lowers the
    rate, so its peak is the rate before it. None where no schedule has been seen on ``optimiser`` or none could be
    played. May be called at any time on the user's thread; nothing of the user's changes.
    """
    book = book_of(optimiser)
    if book is None:
        return None
    peaks: list[tuple[float, ...]] = []
    names: dict[str, None] = {}
    with _torch.reading():
        for schedule in book.whole():
            try:
                peak = peak_of(schedule, book)
            except Exception:  # a user's own schedule may raise anything, also when it is copied
                continue
            if peak is not None and len(peak) == len(optimiser.param_groups) and all(map(math.isfinite, peak)):
                peaks.append(peak)
                names[schedule.cls] = None
    if not peaks:
        return None
    return tuple(max(group) for group in zip(*peaks, strict=True)), f"peak of {' and '.join(names)}"


def peak_of(schedule: Schedule, book: Book) -> tuple[float, ...] | None:
    """The largest rate of each group over the planned run or what comes next to it; see :func:`planned_peak`."""
    start = schedule.begin()
    if start is None:
        return None
    if waits_for_metric(start):
        return playing.rates_of(start)
    planned, updates = schedule.planned(), book.updates.planned()
    if planned is not None:
        calls = planned.visits
    else:
        calls = own_horizon(start) or (updates.visits if updates is not None else PEAK_STEPS)
    played = playing.play(start, calls)
    return None if played.raised_at == 1 else played.peak()  # it needs more than the numbers of its optimiser


def resumed_halfway(
    schedule: Schedule, book: Book
) -> tuple[str, list[tuple[float, ...]], list[tuple[float, ...]]] | None:
    """The rates that come next halfway through the planned run, and those that a new schedule begins with.

    Of both as many as the planned run has calls left, at most ``COMPARED``, or a single one where the schedule is not
    called at each update. Where the rates of that moment are those of the beginning, another moment is taken that has
    others, if there is any. The text names the moment: "call 30 of 60".

    None where the length of the run is not known, or the rates depend on what it measures.
    """
    start = schedule.begin()
    if start is None or waits_for_metric(start) or schedule.arguments or schedule.raised:
        return None
    planned, updates = schedule.planned(), book.updates.planned()
    each = schedule.seen > 0  # of the few updates so far
    if planned is not None:
        calls: int | None = planned.visits
    else:
        calls = own_horizon(start) or (updates.passes if updates is not None and not each else None)
    if calls is None or calls < 2:
        return None
    played = playing.play(start, calls)
    rates, last = played.rates, len(played.rates) - 1
    if last < 2 or played.calls[-1] != last or not all(math.isfinite(rate) for group in rates for rate in group):
        return None
    moments = [last // 2, *range(last // 2 + 1, last), *range(1, last // 2)]
    others = (i for i in moments if not all(map(playing.same, rates[i], rates[0])))
    moment = next(others, last // 2)
    length = min(COMPARED, last - moment) if each else 1
    return f"call {moment:,} of {last:,}", rates[moment : moment + length], rates[:length]


def waits_for_metric(start: Any) -> bool:
    """Whether its rates depend on what the run measures."""
    return isinstance(start, lr_scheduler.ReduceLROnPlateau)


def own_horizon(start: Any) -> int | None:
    """The calls a scheduler still has until the end it was set for; None if its class has none."""
    for cls, name in _HORIZONS:
        if isinstance(start, cls):
            set_for = getattr(start, name)
            left = (max(set_for, default=0) if isinstance(set_for, dict) else set_for) - max(start.last_epoch, 0)
            return int(left) if left > 0 else None
    return None


def falls(start: Any) -> bool:
    """False for a schedule that only warms up."""
    return not isinstance(start, lr_scheduler.LinearLR) or start.end_factor < start.start_factor


def _parts(scheduler: Any) -> Iterator[Any]:
    """The schedulers that ``scheduler`` keeps in its attributes."""
    for value in list(vars(scheduler).values()) if scheduler is not None else ():
        for part in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(part, lr_scheduler.LRScheduler):
                yield part
