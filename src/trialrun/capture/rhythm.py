"""How often a line would be reached in the full, uncut run: from where it was reached in the rehearsal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from trialrun.capture.position import RunningLoop
from trialrun.evidence.place import Where

MAX_BEATS = 200_000  # visits kept; a program that was not cut may make more, and is then not judged
LEAST_GAPS = 3  # visits at equal distances from which a visit every k-th item is believed


@dataclass(frozen=True)
class Planned:
    """What the full run would do at one place."""

    visits: int
    exact: bool  # False: every k-th item, whatever becomes of the last few
    lengths: tuple[int, ...]  # of the loops around it, innermost first

    @property
    def items(self) -> int:
        """Iterations of the innermost loop."""
        total = 1
        for length in self.lengths:
            total *= length
        return total

    @property
    def passes(self) -> int:
        """Entries of the innermost loop."""
        return self.items // self.lengths[0]


@dataclass(eq=False, slots=True)
class _Entry:
    """One entry of a loop, and in which of its iterations something happened in it."""

    loop: RunningLoop
    length: int | None
    at: list[int] = field(default_factory=list)  # iterations, counted from 1
    before_jump: int = 0  # of ``at``: those before the loop skipped to its last item


class Rhythm:
    """The visits of one place, by the loops around it that had not begun when what is counted was built."""

    def __init__(self, built_in: Sequence[RunningLoop]) -> None:
        self._outside = set(map(id, built_in))
        self._built_in = tuple(built_in)  # kept alive, so that no identity is used again
        self._levels: list[dict[int, _Entry]] = []  # innermost first, by identity of the loop
        self._sites: tuple[int, ...] | None = None
        self._broken = False
        self.loops: tuple[Where, ...] = ()  # innermost first
        self.visits = 0

    def visit(self, around: Sequence[RunningLoop]) -> bool:
        """Count a visit; False if no loop is around that began after what is counted was built."""
        nest = [loop for loop in around if id(loop) not in self._outside]
        if not nest:
            return False
        self.visits += 1
        sites = tuple(id(loop.site) for loop in nest)
        if self._sites is None:
            self._sites = sites
            self.loops = tuple(loop.site.where for loop in nest)
            self._levels = [{} for _ in nest]
        if sites != self._sites or self.visits > MAX_BEATS:
            self._broken = True
        if self._broken:
            return True
        for depth, loop in enumerate(nest):
            entry = self._levels[depth].get(id(loop))
            known = entry is not None
            if entry is None:
                entry = self._levels[depth][id(loop)] = _Entry(loop, loop.site.length)
            entry.at.append(loop.index)
            entry.before_jump += not loop.jumped
            if known:
                break  # what is around it has heard of this entry before
        return True

    def planned(self) -> Planned | None:
        """What the full run would do; None where that is not known."""
        if self._broken or not self._levels or len(self._levels[-1]) != 1:
            return None
        lengths: list[int] = []
        for level in self._levels:
            known = {entry.length for entry in level.values()}
            length = known.pop()
            if known or not length:
                return None
            lengths.append(length)
        visits, exact = 1, True
        for depth, level in enumerate(self._levels):
            entries = list(level.values())
            each = _each(entries)
            if each is not None:
                visits *= each * lengths[depth]
                continue
            gap = _gap(entries) if depth == 0 else None
            if gap is not None:
                visits *= max(1, lengths[depth] // gap)
                exact = False
            elif depth > 0 or any(len(entry.at) != 1 for entry in entries) or len(self._levels) == 1:
                return None  # once in each entry of the innermost loop is as good as right after it
        return Planned(visits, exact, tuple(lengths))


def _each(entries: Sequence[_Entry]) -> int | None:
    """Visits in an iteration, where all iterations of all entries had the same number."""
    found: set[int] = set()
    for entry in entries:
        counts = Counter(entry.at)
        if len(counts) != entry.loop.index:
            return None
        found.update(counts.values())
    return found.pop() if len(found) == 1 else None


def _gap(entries: Sequence[_Entry]) -> int | None:
    """The distance between visits, where those of the first entry are equally far apart."""
    first = entries[0].at[: entries[0].before_jump]
    gaps = {after - before for before, after in pairwise(first)}
    gap = gaps.pop() if len(gaps) == 1 else 0
    begins = bool(first) and first[0] in (1, gap)
    return gap if gap > 1 and len(first) >= LEAST_GAPS and begins else None
