"""Where the time of the run goes, loop by loop, and how the learning rate is planned."""

from __future__ import annotations

from dataclasses import dataclass, field

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class LoopTime:
    """The clock of one loop that has a role, over those of its entries that are alike.

    Entries are alike if their surroundings, their role and the number of their items are: a function that makes a
    pass over any loader has one loop, and a record for each kind of pass. A later record of such a kind replaces this
    one; one with no entries withdraws it (the loop around it has turned out to have a role). Times of a loop inside
    this one, and of the branches that ``BranchTime`` tells of, are not part of its own times.
    """

    where: Where
    inside: Where | None  # the next loop around it that has a role; None: it stands outermost
    entries: int
    iterations: int
    entry_seconds: float  # spent in it outside of items, all entries: starting workers, the first fetch
    item_seconds: tuple[float, ...] = ()  # fetch and body of single items, unwatched: at most 128, newest last
    watched_item_seconds: tuple[float, ...] = ()  # the same while operations were watched: slower than they will be
    fetch_seconds: tuple[float, ...] = ()  # the part of ``item_seconds`` that waited for the item
    role: str = ""  # of these entries: "training" | "epoch" | "evaluation"; a training loop may also evaluate
    length: int | None = None  # items of one of these entries in the full run, where that is known
    branch: Where | None = None  # the test of a ``BranchTime`` that it stands behind, inside of ``inside``
    updates: int = 0  # by optimisers, in ``updates_items`` of its items, outside of loops and branches in it
    updates_items: int = 0
    watched_items: int = 0  # items in which updates could be seen, a last one after a skip included
    all_items: int = 0  # ``iterations`` and those that were run for the clock and put back


@dataclass(frozen=True)
class BranchTime:
    """A branch that runs every so many iterations: ``if step % interval == 0``. Later records replace this one.

    Times of loops in it are not part of its own times.
    """

    where: Where  # the test
    inside: Where | None  # the loop around it that has a role
    tests: int  # times the remainder was taken
    runs: int  # times the branch ran
    seconds: tuple[float, ...] = ()  # single runs, at most 16, newest last
    period: int | None = None  # the divisor; None: the test was never reached, or was not of ints
    first: int | None = None  # the counter at the first test of an entry of the loop around it
    growth: float | None = None  # of the counter from one test to the next; None: it was tested once
    remainder: int | None = None  # for which it runs; None: it never ran
    others: int = 0  # runs with another remainder: it is joined by ``or`` to something else
    restarts: bool = False  # the counter starts anew in each entry of the loop
    updates: int = 0  # made in ``watched_runs`` runs of it, outside of loops in it
    watched_runs: int = 0
    costly: bool = False  # it holds a loop or a call that is not known to be cheap (``print`` is)


@dataclass(frozen=True)
class LoopBound:
    """A comparison of whole numbers that ends a loop: the test of a ``while``, or one in front of a ``break``."""

    where: Where  # the comparison
    loop: Where
    how: str  # "while": the loop goes on while it holds; "break": it ends once it holds
    operator: str  # "<" | "<=" | ">" | ">=" | "==" | "!="
    tests: int
    left: int  # both sides at the first test
    right: int
    left_growth: float | None = None  # from one test to the next; None: it was tested once
    right_growth: float | None = None
    restarts: bool = True  # the counter starts anew in each entry of the loop; False: it counts on
    updates_before: int = 0  # made in the loop when it was first tested


@dataclass(frozen=True)
class ScriptTime:
    """The time of the script that no ``LoopTime`` and no ``BranchTime`` holds."""

    outside_seconds: float  # before, between and after its loops
    import_seconds: dict[str, float] = field(default_factory=dict)  # by module: what the child was given ready imported


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
    # the first group's rate before and after its first call in a loop, where no backward had run by then
    before_backward: tuple[float, float] | None = None
    unplayed: str = ""  # why it was not played forward; the fields that rest on it are then empty
