"""The clock of the run: how long each loop takes, what its items take, and what runs between loops.

Times are exclusive: what passes in a loop that has a role, or in a branch that runs every so many iterations, is not
part of the loop around it. Since roles are found out while a loop runs, every open loop is clocked, and its time falls
to the loop around it if it is left without a role. What trialrun itself does is left out: the seconds that watching
reports (``ours``), and everything between :meth:`Clock.pause` and :meth:`Clock.resume`.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from trialrun.evidence.place import Where
from trialrun.evidence.records import Record
from trialrun.evidence.timing import ScriptTime
from trialrun.target.accounts import MOST_ITEMS, Account, Item, Key, Subject, loop_times, surroundings, withdrawn
from trialrun.target.sites import Site
from trialrun.target.spans import Span
from trialrun.target.watching import Unwatched, Watching

if TYPE_CHECKING:
    from trialrun.target.counters import Counter
    from trialrun.target.loop import Loop

PUBLISH_EVERY_S = 0.5
DEEPEST = 12  # open loops and branches that are told apart
MOST_LENGTHS = 8  # of one loop that are told apart: a pass over the training set, one over the test set ...


class Clock:
    """Told by the loops what they do; writes what it knows when a loop with a role is left, and at the end."""

    def __init__(self, write: Callable[[Record], None] = lambda record: None) -> None:
        self.ours: Callable[[], float] = lambda: 0.0  # seconds that watching has taken so far
        self.watching: Watching = Unwatched()
        self.import_seconds: dict[str, float] = {}
        self.counters: list[Counter] = []
        self._write = write
        self._open: list[Span] = []
        self._accounts: dict[Key, Account] = {}
        self._lengths: dict[Site, set[int | None]] = {}
        self._written: dict[object, Record] = {}
        self._published = 0.0
        self._updates = 0
        self._excluded = 0.0
        self._pauses = 0
        self._paused_at = 0.0
        self._thread = threading.get_ident()
        self._root: tuple[float, float] | None = None  # when the script began, and seconds of it spent in loops

    def now(self) -> float:
        """Seconds on a clock that stands still while trialrun itself is at work."""
        return self._paused_at if self._pauses else self._running()

    def _running(self) -> float:
        return time.perf_counter() - self._excluded - self.ours()

    def pause(self) -> None:
        """What passes from here on is no part of the run; may be nested."""
        if not self._pauses:
            self._paused_at = self._running()
        self._pauses += 1

    def resume(self) -> None:
        self._pauses -= 1
        if not self._pauses:
            self._excluded += self._running() - self._paused_at

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """A block that is no part of the run."""
        self.pause()
        try:
            yield
        finally:
            self.resume()

    def runs_here(self) -> bool:
        """Whether what happens now is to be clocked: in the script's main thread, and not in a pause."""
        return not self._pauses and threading.get_ident() == self._thread

    # told by the loops

    def started(self) -> None:
        """The script begins."""
        self._root = (self.now(), 0.0)

    def updated(self) -> None:
        """An update has happened."""
        self._updates += 1

    def entered(self, loop: Loop) -> None:
        """A loop has been entered."""
        if self.runs_here():
            loop.span = Span(loop.site, loop, self.chain(), self.now(), self._updates)
            self._open.append(loop.span)

    def begins(self, loop: Loop, watched: bool = True) -> None:
        """An item is about to be fetched; one that is not watched is what the full run will see."""
        span = loop.span
        if span is None or self._pauses:
            return
        self._close_above(span)
        span.watched = watched
        if not watched:
            span.watch_again = self.watching.pause()
        now = self.now()
        if not loop.index:
            span.own += now - span.begun - span.nested
        span.in_item, span.item_begun = True, now
        span.item_nested, span.item_updates = span.nested, self._updates - span.nested_updates

    def ends(self, loop: Loop) -> None:
        """The body has come to the end of its item."""
        span = loop.span
        if span is None or self._pauses or not span.in_item:
            return
        self._close_above(span)
        now = self.now()
        if len(span.items) < MOST_ITEMS or loop.site.role is not None:
            seconds = now - span.item_begun - (span.nested - span.item_nested)
            fetch = loop.source.last_fetch_seconds if loop.source is not None else 0.0
            updates = self._updates - span.nested_updates - span.item_updates
            watched = span.watched and not self.watching.resting
            span.items.append(Item(seconds, fetch, watched, loop.jumped, updates))
        span.in_item, span.last_end = False, now
        self._watch_again(span)

    def repeats(self, loop: Loop, again: bool) -> None:
        """The body of ``loop`` is about to run once more for us, or no more."""
        span = loop.span
        if span is not None and span.repeating is not again:
            span.repeating = again
            if again:
                self.pause()
            else:
                self.resume()

    def left(self, loop: Loop, cut: bool) -> None:
        """A loop has been left; ``cut``: by us."""
        self.repeats(loop, False)
        span = loop.span
        if span is None:
            return
        loop.span = None
        if span in self._open:
            self._close_above(span)
            self._open.remove(span)
            self._watch_again(span)
            self._loop_left(span, loop, cut)

    def chain(self) -> tuple[Subject, ...]:
        """What is open now, innermost first."""
        return tuple(span.subject for span in self._open[: -DEEPEST - 1 : -1])

    def innermost(self) -> Loop | None:
        """The innermost open loop."""
        return next((span.loop for span in reversed(self._open) if span.loop is not None), None)

    # told by the counters

    def branch_begins(self, counter: Counter) -> None:
        """A branch that runs every so many iterations is entered."""
        self._open.append(Span(counter, None, self.chain(), self.now(), self._updates))

    def branch_ends(self, counter: Counter) -> None:
        """It has come to its end; one that never does ends with the item of the loop around it."""
        for span in reversed(self._open):
            if span.subject is counter:
                self._close_above(span)
                self._branch_left(self._open.pop())
                return

    # accounts

    def _close_above(self, span: Span) -> None:
        """End the branches inside of ``span`` that never came to their end: ``continue`` and ``return`` leave them.

        Loops say when they are left. Those of suspended generators stay: they go on in the next item.
        """
        if self._open[-1] is span or span not in self._open:
            return
        for other in reversed(self._open[self._open.index(span) + 1 :]):
            if other.loop is None:
                self._open.remove(other)
                self._branch_left(other)

    def _watch_again(self, span: Span) -> None:
        if span.watch_again is not None:
            span.watch_again()
            span.watch_again = None

    def _branch_left(self, span: Span) -> None:
        seconds = self.now() - span.begun - span.nested
        updates = self._updates - span.updates_begun - span.nested_updates
        counter: Counter = span.subject  # type: ignore[assignment]
        watched = not self.watching.resting
        counter.ran(seconds, updates, watched)
        self._credit(seconds, updates)

    def _loop_left(self, span: Span, loop: Loop, cut: bool) -> None:
        site = loop.site
        if site.role is None:
            return
        now = self.now()
        start = loop.source.start_seconds if loop.source is not None else 0.0
        updates = self._updates - span.updates_begun
        if span.in_item:  # the script left it in the middle of an item
            span.own += now - span.item_begun - (span.nested - span.item_nested)
        elif not cut and span.items:
            span.own += now - span.last_end
        role = "evaluation" if site.role == "training" and site.updates and not loop.updates else site.role
        length = loop.source.length if cut and loop.source is not None else None if cut else loop.index
        known = self._lengths.setdefault(site, set())
        various = length not in known and len(known) >= MOST_LENGTHS
        if not various:
            known.add(length)
        account = self._accounts.setdefault((site, span.chain, role, None if various else length, various), Account())
        account.add(span.items, span.own + start, loop.index, length)
        total = start + now - span.begun
        self._credit(total - span.nested, updates - span.nested_updates)
        if time.perf_counter() - self._published > PUBLISH_EVERY_S:
            self.publish()

    def _credit(self, seconds: float, updates: int) -> None:
        """Take what passed in a part of the run off the times of all that is open around it."""
        for span in self._open:
            span.nested += seconds
            span.nested_updates += updates
        if self._root is not None:
            self._root = (self._root[0], self._root[1] + seconds)

    def publish(self) -> None:
        """Write what is known now and was not written before."""
        self._published = time.perf_counter()
        records: dict[object, Record] = {}
        for time_ in loop_times(self._accounts):
            records[time_.where, time_.inside, time_.branch, time_.role, time_.length] = time_
        outside = 0.0
        for counter in self.counters:
            inside, _ = surroundings(counter.chain)
            if counter.how == "branch" and inside is not None and counter.first is not None:
                records["branch", counter.where] = counter.branch_time(inside)
            elif counter.how == "branch":
                outside += counter.total_seconds
            elif (bound := counter.bound()) is not None:
                records["bound", counter.where] = bound
        if self._root is not None and not any(_has_role(span.subject) for span in self._open):
            seconds = self.now() - self._root[0] - self._root[1] + outside
            records["script"] = ScriptTime(max(0.0, seconds), dict(self.import_seconds))
        for key, record in self._written.items():
            if key not in records and isinstance(key, tuple) and isinstance(key[0], Where):
                records[key] = withdrawn(record)
        for key, record in records.items():
            if self._written.get(key) != record:
                self._write(record)
        self._written = records


def _has_role(subject: Subject) -> bool:
    return isinstance(subject, Site) and subject.role is not None
