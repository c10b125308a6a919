"""What the clock has gathered of each kind of pass through a loop, and the records made of it."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, Union

from trialrun.evidence.place import Where
from trialrun.evidence.timing import LoopTime
from trialrun.target.sites import Site

if TYPE_CHECKING:
    from trialrun.target.counters import Counter

MOST_ITEMS = 128  # times kept of one account

Subject: TypeAlias = Union[Site, "Counter"]
Key: TypeAlias = tuple[Site, tuple[Subject, ...], str, "int | None", bool]  # its last part: lengths of many kinds


class Item(NamedTuple):
    """One item of a loop, without what passed in loops and branches inside it."""

    seconds: float  # fetch and body
    fetch_seconds: float
    watched: bool
    jumped: bool  # the last one, after a skip: it may be ragged
    updates: int


@dataclass
class Account:
    """Entries of one loop that are alike."""

    entries: int = 0
    iterations: int = 0
    own_seconds: float = 0.0
    lengths: int = 0  # sum over the entries
    updates: int = 0
    updates_items: int = 0
    watched_items: int = 0
    all_items: int = 0  # those too that were put back
    unwatched: deque[Item] = field(default_factory=lambda: deque(maxlen=MOST_ITEMS))
    watched: deque[Item] = field(default_factory=lambda: deque(maxlen=MOST_ITEMS))
    spare: deque[Item] = field(default_factory=lambda: deque(maxlen=MOST_ITEMS))  # first items and ragged last ones

    def add(self, items: Sequence[Item], own_seconds: float, iterations: int, length: int | None) -> None:
        """One entry has ended."""
        self.entries += 1
        self.iterations += iterations
        self.all_items += max(iterations, len(items))
        self.own_seconds += own_seconds
        self.lengths += length or 0
        watched = [item for item in items if item.watched]
        self.watched_items += len(watched)
        for item in [item for item in watched if not item.jumped] or watched:
            self.updates += item.updates
            self.updates_items += 1
        for number, item in enumerate(items):
            kept = self.spare if item.jumped or not number else self.watched if item.watched else self.unwatched
            kept.append(item)

    def merge(self, other: Account) -> None:
        """Add the entries of ``other``."""
        for name in (
            "entries", "iterations", "own_seconds", "lengths", "updates", "updates_items", "watched_items", "all_items",
        ):  # fmt: skip
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for kept, others in (
            (self.unwatched, other.unwatched),
            (self.watched, other.watched),
            (self.spare, other.spare),
        ):
            kept.extend(others)

    def record(self, site: Site, around: tuple[Where | None, Where | None], role: str, length: int | None) -> LoopTime:
        """What the report needs of it.

        The first item of an entry waits for workers to start and warms caches: its fetch counts once an entry. It and
        a ragged last item stand for the others only where there are none.
        """
        watched, unwatched, own = list(self.watched), list(self.unwatched), self.own_seconds
        first = [item for item in self.spare if not item.jumped]
        if watched or unwatched:
            usual = statistics.median(item.fetch_seconds for item in unwatched or watched)
            own += sum(max(0.0, item.fetch_seconds - usual) for item in first)
        else:
            watched = first[1:] or first or list(self.spare)
        return LoopTime(
            where=site.where,
            inside=around[0],
            branch=around[1],
            role=role,
            length=length,
            entries=self.entries,
            iterations=self.iterations,
            entry_seconds=own,
            item_seconds=tuple(item.seconds for item in unwatched),
            watched_item_seconds=tuple(item.seconds for item in watched),
            fetch_seconds=tuple(item.fetch_seconds for item in unwatched),
            updates=self.updates,
            updates_items=self.updates_items,
            watched_items=self.watched_items,
            all_items=self.all_items,
        )


def surroundings(chain: Iterable[Subject]) -> tuple[Where | None, Where | None]:
    """The innermost loop of ``chain`` (innermost first) that has a role, and the branch that stands in between."""
    branch: Where | None = None
    for subject in chain:
        if not isinstance(subject, Site):
            branch = branch or subject.where
        elif subject.role is not None:
            return subject.where, branch
    return None, None


def loop_times(accounts: Mapping[Key, Account]) -> list[LoopTime]:
    """The records of all accounts; those whose surroundings come to the same are one."""
    merged: dict[tuple[Site, tuple[Where | None, Where | None], str, int | None, bool], Account] = {}
    for (site, chain, role, length, various), account in accounts.items():
        key = (site, surroundings(chain), role, length, various)
        merged.setdefault(key, Account()).merge(account)
    return [
        account.record(site, around, role, round(account.lengths / account.entries) if various else length)
        for (site, around, role, length, various), account in merged.items()
    ]


def withdrawn(record: LoopTime) -> LoopTime:
    """What takes back a record that no entry is like any more."""
    return replace(
        record, entries=0, iterations=0, entry_seconds=0.0, item_seconds=(), watched_item_seconds=(), fetch_seconds=()
    )
