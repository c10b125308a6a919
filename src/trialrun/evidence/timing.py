"""Where the time of the run goes, loop by loop, and how the learning rate is planned."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class LoopTime:
    """The clock of one loop that has a role, over all its entries; a later record of its ``where`` replaces this one.

    Times of a loop inside this one are not part of its own times.
    """

    where: Where
    inside: Where | None  # the next loop around it that has a role; None: it stands outermost
    entries: int
    iterations: int
    entry_seconds: float  # spent in it outside of items, all entries: starting workers, the first fetch
    item_seconds: tuple[float, ...] = ()  # fetch and body of single items, unwatched: at most 64, newest last
    watched_item_seconds: tuple[float, ...] = ()  # the same while operations were watched: slower than they will be
    fetch_seconds: tuple[float, ...] = ()  # the part of ``item_seconds`` that waited for the item


@dataclass(frozen=True)
class ScheduleRecord:
    """A learning-rate schedule, played forward on a copy over the planned run."""

    cls: str
    where: Where | None  # the line that steps it
    optimiser: int
    steps_seen: int  # calls of its step() in the rehearsal
    in_loop: Where | None  # the innermost loop around that line
    planned_steps: int | None  # calls in the full run, where that is known
    curve: tuple[float, ...] = ()  # the first group's rate over those calls, thinned to at most 64 points
    peak: tuple[float, ...] = ()  # largest rate of each group over the planned run
    raised: str = ""  # what it raises when played on, and at which call
