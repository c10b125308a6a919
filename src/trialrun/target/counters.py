"""What the tests of whole numbers in the source were seen to do: where a counter stood and how it grew."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from trialrun.evidence.place import Where
from trialrun.evidence.timing import BranchTime, LoopBound
from trialrun.target.clock import Clock
from trialrun.target.sites import Site

if TYPE_CHECKING:
    from trialrun.target.loop import Loop

QUIET_TESTS = 1000  # outside of any loop with a role, after which a test is no longer followed
MOST_SECONDS = 16  # runs of one branch whose times are kept


class Counter:
    """One such test: of a branch (``%``), or of a bound (``while`` and ``break``)."""

    __slots__ = (
        "_entry", "_left", "_left_growth", "_previous", "_right_growth", "chain", "costly", "first", "how", "on",
        "operator", "others", "remainder", "restarts", "runs", "seconds", "site", "tests", "total_seconds", "updates",
        "updates_before", "watched_runs", "where",
    )  # fmt: skip

    def __init__(self, where: Where, site: Site | None, how: str, operator: str, costly: bool) -> None:
        self.where = where
        self.site = site  # the loop that stands around it in the source
        self.how = how  # "branch" | "while" | "break"
        self.operator = operator
        self.costly = costly
        self.on = True
        self.others = self.tests = self.runs = self.updates = self.watched_runs = self.updates_before = 0
        self.seconds: deque[float] = deque(maxlen=MOST_SECONDS)
        self.total_seconds = 0.0
        self.chain: tuple[Site | Counter, ...] = ()
        self.first: tuple[int, int] | None = None
        self.remainder: int | None = None
        self.restarts: bool | None = None
        self._left: Any = None
        self._previous: tuple[int, int] | None = None
        self._entry: Loop | None = None
        self._left_growth: deque[int] = deque(maxlen=64)
        self._right_growth: deque[int] = deque(maxlen=64)

    def saw(self, right: Any, loop: Loop | None, chain: Callable[[], tuple[Site | Counter, ...]]) -> None:
        """Both sides are known; ``loop`` is the entry of the loop around."""
        left = self._left
        self._left = None
        if type(left) is not int or type(right) is not int:
            return
        if self.first is None:
            self.first = (left, right)
            self.chain = chain()
            self.updates_before = loop.updates if loop is not None else 0
        self.tests += 1
        if loop is not self._entry:
            if self._entry is not None and self.restarts is None:
                self.restarts = (left, right) == self.first
            self._entry, self._previous = loop, None
        if self._previous is not None and not (loop is not None and loop.jumped):
            self._left_growth.append(left - self._previous[0])
            self._right_growth.append(right - self._previous[1])
        self._previous = (left, right)
        if self.tests >= QUIET_TESTS and not any(isinstance(part, Site) and part.role for part in self.chain):
            self.on = False

    def took(self) -> None:
        """The branch behind the test is entered."""
        if self._previous is not None and self._previous[1]:
            remainder = self._previous[0] % self._previous[1]
            if self.remainder is None:
                self.remainder = remainder
            self.others += remainder != self.remainder

    def ran(self, seconds: float, updates: int, watched: bool) -> None:
        """The branch was run; ``seconds`` and ``updates`` without those of loops in it."""
        self.runs += 1
        self.seconds.append(seconds)
        self.total_seconds += seconds
        if watched:
            self.watched_runs += 1
            self.updates += updates

    def branch_time(self, inside: Where | None) -> BranchTime:
        return BranchTime(
            where=self.where,
            inside=inside,
            tests=self.tests,
            runs=self.runs,
            seconds=tuple(self.seconds),
            period=self.first[1] if self.first else None,
            first=self.first[0] if self.first else None,
            growth=_growth(self._left_growth),
            remainder=self.remainder,
            others=self.others,
            restarts=bool(self.restarts),
            updates=self.updates,
            watched_runs=self.watched_runs,
            costly=self.costly,
        )

    def bound(self) -> LoopBound | None:
        if self.first is None or self.site is None:
            return None
        return LoopBound(
            where=self.where,
            loop=self.site.where,
            how=self.how,
            operator=self.operator,
            tests=self.tests,
            left=self.first[0],
            right=self.first[1],
            left_growth=_growth(self._left_growth),
            right_growth=_growth(self._right_growth),
            restarts=self.restarts is not False,
            updates_before=self.updates_before,
        )


class Counters:
    """All of them, and the functions that the instrumented source calls."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.all: list[Counter] = clock.counters

    def add(self, where: Where, site: Site | None, how: str, operator: str = "%", costly: bool = False) -> int:
        """A new counter; returns its number."""
        self.all.append(Counter(where, site, how, operator, costly))
        return len(self.all) - 1

    def left(self, number: int, value: Any) -> Any:
        """``value``, which stands on the left of the operator."""
        counter = self.all[number]
        if counter.on:
            counter._left = value
        return value

    def right(self, number: int, value: Any) -> Any:
        """``value``, which stands on the right; the left side has just been seen."""
        counter = self.all[number]
        if counter.on and self._clock.runs_here():
            counter.saw(value, self._loop(counter.site), self._clock.chain)
        return value

    def begins(self, number: int) -> None:
        """The branch behind a test is entered."""
        counter = self.all[number]
        if counter.on and self._clock.runs_here():
            counter.took()
            self._clock.branch_begins(counter)

    def ends(self, number: int) -> None:
        """It has come to its end."""
        counter = self.all[number]
        if counter.on:
            self._clock.branch_ends(counter)

    def _loop(self, site: Site | None) -> Loop | None:
        if site is None:
            return self._clock.innermost()
        return next(reversed(site.active.values()), None)


def _growth(differences: deque[int]) -> float | None:
    """By how much a counter grows a test: the usual difference, or the mean of one that does not grow every time."""
    if not differences:
        return None
    return float(statistics.median_low(differences)) or statistics.fmean(differences)
