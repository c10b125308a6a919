"""The full run as a tree of loops: how often each is entered, how many items it has, how often its branches run."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.timing import BranchTime, LoopBound, LoopTime
from trialrun.rehearsal.counting import items_until, runs_of

TRUSTED_TESTS = 4  # of a bound in a loop whose length is known: fewer may be a patience that is running out by chance


class UnknownError(Exception):
    """Something the estimate needs cannot be known; the message says what."""


@dataclass(frozen=True)
class Passes:
    """One kind of pass through a loop, in the full run."""

    time: LoopTime
    entries: float
    items: float  # over all entries


class RunTree:
    """Raises :class:`UnknownError` where the length of a loop, or what surrounds it, is not known."""

    def __init__(self, evidence: Evidence) -> None:
        self._times = [record for record in evidence.loop_time if record.entries]
        self.branches = {record.where: record for record in evidence.branch_time if record.inside is not None}
        self._bounds: dict[Where, list[LoopBound]] = {}
        for bound in evidence.loop_bound:
            self._bounds.setdefault(bound.loop, []).append(bound)
        self._known: dict[int, Passes] = {}
        self._open: set[int] = set()
        self.passes = [self._pass(record) for record in self._times]

    def followed(self, where: Where) -> bool:
        """Whether the comparison at ``where`` is known to end its loop."""
        return any(bound.where == where and self._end(bound) for bounds in self._bounds.values() for bound in bounds)

    def at(self, where: Where) -> tuple[float, float, int, int]:
        """Of all passes through the loop at ``where``: entries and items in the full run, and in the rehearsal."""
        passes = [self._pass(record) for record in self._times if record.where == where]
        if not passes:
            raise UnknownError(f"the loop at {where} was not timed")
        seen = (sum(each.time.entries for each in passes), sum(each.time.iterations for each in passes))
        return sum(each.entries for each in passes), sum(each.items for each in passes), *seen

    def runs(self, branch: BranchTime) -> float:
        """How often ``branch`` runs in the full run."""
        assert branch.inside is not None
        entries, items, entries_seen, items_seen = self.at(branch.inside)
        timed = sum(record.all_items for record in self._times if record.where == branch.inside)
        return runs_of(branch, entries, items, max(items_seen, timed), entries_seen)  # it counts what was put back, too

    def growth(self, inside: Where | None, branch: Where | None) -> float:
        """How many times as often something happens in the full run that happens there."""
        if inside is None:
            return 1.0
        around = self.branches.get(branch) if branch is not None else None
        if around is not None and around.runs:
            return self.runs(around) / around.runs
        _, items, _, items_seen = self.at(inside)
        return items / items_seen if items_seen else 0.0

    def _pass(self, record: LoopTime) -> Passes:
        key = id(record)
        if key not in self._known:
            if key in self._open:
                raise UnknownError(f"the loop at {record.where} calls itself")
            self._open.add(key)
            entries = record.entries * self.growth(record.inside, record.branch)
            items = entries * self._items(record)
            total = self._total(record)
            self._known[key] = Passes(record, entries, items if total is None else min(items, total))
        return self._known[key]

    def _items(self, record: LoopTime) -> float:
        """Items of one entry."""
        found: list[float] = [] if record.length is None else [record.length]
        for bound in self._bounds.get(record.where, ()):
            end = self._end(bound)
            if end is not None and bound.restarts:
                found.append(end)
        inner = [self._entries_wanted(child) for child in self._inside(record.where)]
        found.extend(entries for entries in inner if entries is not None)
        totals = [total for total in (self._total(record),) if total is not None]
        if not found and totals:  # entered once, or as often as it takes
            return totals[0]
        if not found:  # cut before it left by itself, as it did in other entries
            alike = [other for other in self._times if (other.where, other.role) == (record.where, record.role)]
            found = [statistics.fmean(lengths)] if (lengths := [o.length for o in alike if o.length]) else []
        if not found:
            raise UnknownError(f"nothing tells how many items the loop at {record.where} has")
        return min(found)

    def _inside(self, where: Where) -> Iterable[LoopTime]:
        return (record for record in self._times if record.inside == where and record.branch is None)

    def _total(self, record: LoopTime) -> float | None:
        """Items over all entries, where a counter that counts on through them ends the loop."""
        ends = (self._end(bound) for bound in self._bounds.get(record.where, ()) if not bound.restarts)
        return min((end for end in ends if end is not None), default=None)

    def _entries_wanted(self, child: LoopTime) -> int | None:
        """Entries after which a counter that counts on has ended the loop ``child``."""
        total = self._total(child)
        return None if total is None or not child.length else math.ceil(total / child.length)

    def _end(self, bound: LoopBound) -> int | None:
        """Items after which ``bound`` ends its loop."""
        records = [record for record in self._times if record.where == bound.loop]
        if bound.tests < TRUSTED_TESTS and any(record.length is not None for record in records):
            return None
        inner = [record for record in self._inside(bound.loop) if record.role == "training" and record.length]
        seen = sum(record.iterations for record in records)
        inner_seen = sum(record.watched_items for record in inner)  # what ran unwatched was put back
        growth = (bound.left_growth or 0.0) - (bound.right_growth or 0.0)
        if inner and seen and abs(growth) > 1 and inner_seen > seen:
            # It counts items of the loop inside, which was cut: as many a pass as that has in full.
            each = max(1, round(abs(growth) * seen / inner_seen))
            full = sum((record.length or 0) * record.entries for record in inner) / seen
            growth = math.copysign(each * full, growth)
            return items_until(bound, growth)
        return items_until(bound)
