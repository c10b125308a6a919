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


FADED_SHARE = 1e-3  # of its peak: a rate at which an update is lost beside those made at the peak


@dataclass(frozen=True)
class ScheduleRecord:
    """A learning-rate schedule, played forward on a copy over the planned run.

    "Share" is a group's rate over its own peak, the largest one of all groups.
    """

    cls: str
    where: Where | None  # the line that steps it
    optimiser: int
    steps_seen: int  # calls of its step() in the rehearsal
    in_loop: Where | None  # the innermost loop around that line
    planned_steps: int | None  # calls in the full run, where that is known
    curve: tuple[float, ...] = ()  # the first group's rate over those calls, thinned to at most 64 points
    peak: tuple[float, ...] = ()  # largest rate of each group over the planned run
    raised: str = ""  # what it raises when played on, and at which call

    raised_at: int | None = None  # that call, counted from 1
    exact: bool = False  # planned_steps was counted; else it was called at every k-th item, the last few unknown
    loops: tuple[Where, ...] = ()  # around that line, innermost first; those around its construction left out
    lengths: tuple[int, ...] = ()  # items of one entry of each of them
    planned_updates: int | None = None  # of its optimiser in the full run
    planned_batches: int | None = None  # iterations of the innermost loop around these updates
    planned_epochs: int | None = None  # entries of that loop
    horizon: int | None = None  # calls after which it has reached its low, where it falls and goes no lower
    share_at_end: float | None = None  # after the planned calls, of the peak over its horizon
    faded_at: int | None = None  # calls after which the share stays below FADED_SHARE to the end of the planned run
    lowest: float | None = None  # smallest rate of any group over the planned run; below 0 it climbs the loss
    turns: int = 0  # times the share turned from falling to rising over the planned run
    unplayed: str = ""  # why it was not played forward; the fields that rest on it are then empty
