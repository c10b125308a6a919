"""The loops that are running: entered, iterated, told what happens in them, and ended early.

The instrumented source calls :meth:`Loops.for_loop`, :meth:`Loops.enter_while` and :meth:`Loops.go_on`; capture reports
updates, backwards and model calls. A loop is *around* an event if its frame is on the call stack and that frame's
current line lies in its body: the loop inside a suspended generator is a source of items and never counts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import FrameType
from typing import Any

from trialrun.evidence.program import LoopRecord
from trialrun.target.clock import Clock
from trialrun.target.loop import Loop
from trialrun.target.policy import Move, Policy
from trialrun.target.repeater import NoRepeater, Repeater
from trialrun.target.sites import Site
from trialrun.target.sources import Source

QUIET_ITERATIONS = 1000  # without an event, after which a loop is handed straight through
CHUNK = 64  # items between two looks at a loop that is handed through


class Loops:
    """All loops of the running program."""

    def __init__(self, policy: Policy, write: Callable[[LoopRecord], None], clock: Clock | None = None) -> None:
        self.policy = policy
        self.clock = clock or Clock()
        self.sites: list[Site] = []
        self._files: dict[str, list[Site]] = {}  # by co_filename, inner loops after the outer ones they stand in
        self._write = write
        self._owner = os.getpid()
        self.roles: Mapping[tuple[str, int], str] = {}  # by file and line, where an earlier run has found them
        self.on = True
        self.disturbed = False  # some loop was cut or jumped, or some of its items run and put back
        self.repeater: Repeater = NoRepeater()

    def add(self, filename: str, sites: Iterable[Site]) -> None:
        """Register the loops of one source file."""
        new = list(sites)
        for site in new:
            site.role = self.roles.get((site.where.file, site.where.line))
        self.sites.extend(new)
        self._files.setdefault(filename, []).extend(new)
        self._files[filename].sort(key=lambda site: (site.first_line, -site.last_line))

    def of(self, filename: str) -> Sequence[Site]:
        """The loops of one file."""
        return self._files.get(filename, ())

    def knows(self, filename: str) -> bool:
        """Whether the file is the user's own, instrumented source."""
        return filename in self._files

    # called from the instrumented source

    def for_loop(self, site_id: int, iterable: Any) -> Any:
        """What the ``for`` at ``site_id`` iterates in place of ``iterable``."""
        site = self.sites[site_id]
        if site.through or not self.on or os.getpid() != self._owner:
            return iterable
        if self.repeater.repeating:
            return self.repeater.serve(site, iterable)
        source = Source(iterable)
        site.source = source.name
        site.length = source.length if source.length is not None else site.length
        loop = self._enter(site, id(sys._getframe(1)), source)
        if self.repeater.awake:
            self.repeater.entered(loop, iterable)
        return self._drive(loop, source)

    def enter_while(self, site_id: int) -> None:
        """The ``while`` at ``site_id`` is about to test its condition for the first time."""
        site = self.sites[site_id]
        if self.on and not site.through and not self.repeater.repeating:
            loop = self._enter(site, id(sys._getframe(1)), None)
            if self.repeater.awake:
                self.repeater.entered(loop, None)

    def go_on(self, site_id: int) -> bool:
        """Whether the ``while`` at ``site_id``, whose own condition holds, runs another iteration."""
        site = self.sites[site_id]
        if site.through:
            return True
        frame = sys._getframe(1)
        loop = site.active.get(id(frame))
        if loop is None:
            return True
        if self._again(loop, frame):
            return True
        move = self.policy.next(loop)
        if move not in (Move.GO, Move.MORE):
            self.disturbed = True
            if not self.repeater.extends(loop, frame):
                site.cut = True
                self._leave(loop, cut=True)
                return False
        self.clock.begins(loop, watched=move is not Move.MORE)
        loop.begin(None)
        if self.repeater.awake:
            with self.clock.paused():
                self.repeater.begins(loop, frame)
        if site.quiet > QUIET_ITERATIONS and site.role is None:
            site.through = True
        return True

    def over(self, site_id: int) -> bool:
        """Whether the ``while`` at ``site_id`` runs its body again although its own condition no longer holds."""
        site = self.sites[site_id]
        frame = sys._getframe(1)
        loop = site.active.get(id(frame))
        return loop is not None and self._again(loop, frame)

    def left_while(self, site_id: int) -> None:
        """The ``while`` at ``site_id`` has been left, one way or another."""
        if site_id < len(self.sites):  # else a generator of a program that this process ran before is being closed
            loop = self.sites[site_id].active.get(id(sys._getframe(1)))
            if loop is not None:
                self._leave(loop)

    def next_item(self, draw: Callable[..., Any], *arguments: Any) -> Any:
        """What ``next(...)`` gives the program."""
        if self.repeater.awake:
            return self.repeater.draw(draw, arguments)
        return draw(*arguments)

    def _again(self, loop: Loop, frame: FrameType) -> bool:
        """An iteration of a ``while`` is over: whether its body is to be run again before the loop goes on."""
        if not loop.index:
            return False
        if not self.repeater.repeating:
            loop.end()
            self.clock.ends(loop)
        again = self.repeater.ended(loop, frame) is not None
        self.disturbed = self.disturbed or again
        self.clock.repeats(loop, again)
        return again

    def _enter(self, site: Site, frame: int, source: Source | None) -> Loop:
        loop = Loop(site, frame, source)
        site.active[frame] = loop
        site.entries += 1
        if site.quiet > QUIET_ITERATIONS and site.role is None:
            site.through = True
        self.clock.entered(loop)
        return loop

    def _leave(self, loop: Loop, cut: bool = False) -> None:
        self.clock.left(loop, cut)
        self.repeater.left(loop)
        if loop.site.role == "training":
            for running in [other for site in self.sites for other in site.active.values()]:
                running.passes += 1
        loop.item = loop.source = None
        if loop.site.active.get(loop.frame) is loop:
            del loop.site.active[loop.frame]
        if loop.site.role is not None:
            self._write(loop.site.record())

    def _drive(self, loop: Loop, source: Source) -> Iterator[Any]:
        site, cut = loop.site, False
        repeater = self.repeater
        try:
            while True:
                if site.quiet > QUIET_ITERATIONS and site.role is None:
                    loop.item = None
                    count = 0
                    for item in islice(source.iterator, CHUNK):
                        count += 1
                        yield item
                    source.taken += count
                    loop.index += count
                    site.iterations += count
                    if count < CHUNK:
                        return
                    continue
                move = self.policy.next(loop)
                if move not in (Move.GO, Move.MORE) and repeater.extends(loop, sys._getframe(1)):
                    move = Move.GO
                    self.disturbed = True  # what was computed is put back, but not the graphs that it freed
                if move is Move.LAST:
                    before = source.taken
                    if source.skip_to_last():
                        loop.jumped = True
                        if source.taken != before:
                            site.jumped = self.disturbed = True
                    else:
                        move = Move.STOP
                if move is Move.STOP:
                    cut = site.cut = self.disturbed = True
                    return
                self.clock.begins(loop, watched=move is not Move.MORE)
                try:
                    item = source.next()
                except StopIteration:
                    return
                loop.begin(item)
                if repeater.awake:
                    with self.clock.paused():
                        repeater.begins(loop, sys._getframe(1))
                yield item
                del item
                loop.end()
                self.clock.ends(loop)
                while (again := repeater.ended(loop, sys._getframe(1))) is not None:
                    self.disturbed = True
                    self.clock.repeats(loop, True)
                    yield again.item
                self.clock.repeats(loop, False)
        finally:
            self._leave(loop, cut)

    # told by capture

    def around(self, frame: FrameType | None) -> list[Loop]:
        """The loops whose body is being run by ``frame`` or one of its callers, innermost first."""
        found: list[Loop] = []
        while frame is not None:
            sites = self._files.get(frame.f_code.co_filename)
            if sites:
                line, key = frame.f_lineno, id(frame)
                for site in reversed(sites):
                    if site.first_line <= line <= site.last_line:
                        site.quiet, site.through = 0, False
                        loop = site.active.get(key)
                        if loop is not None:
                            found.append(loop)
            frame = frame.f_back
        return found

    def updated(self, frame: FrameType, optimiser: int) -> None:
        """An optimiser has stepped (-1: leaves were changed by hand).

        The training loop is the innermost one in which the same optimiser has stepped in an earlier iteration: a loop
        over several optimisers, or over layers that have one each, is thereby part of the body.
        """
        if optimiser >= 0:  # one by hand is noticed late, in the next item or after the loop
            self.clock.updated()
        loops = self.around(frame)
        training = next((loop for loop in loops if loop.seen.get(optimiser, loop.index) != loop.index), None)
        for loop in loops:
            loop.updated(optimiser)
        if training is None:
            return
        position = loops.index(training)
        if training.site.role in (None, "evaluation"):
            training.site.role = "training"
        for depth, loop in enumerate(loops[position + 1 :], start=1):
            if loop.site is not training.site:
                loop.site.role = "epoch"
                loop.site.depth = max(loop.site.depth, depth)

    def backpropagated(self, frame: FrameType) -> None:
        """A backward has returned.

        A loop that only ever goes backward, long past any usual accumulation, was meant to train: nothing steps.
        """
        loops = self.around(frame)
        for loop in loops:
            loop.site.barren += not loop.backwards
            loop.backwards += 1
            if loop.site.role == "evaluation":
                loop.site.role = None
        if loops and loops[0].site.barren >= self.policy.barren and not any(loop.site.updates for loop in loops):
            loops[0].site.role = "training"
            for loop in loops[1:]:
                loop.site.role = "epoch"

    def called(self, frame: FrameType, without_gradient: bool) -> None:
        """An outermost module has been called."""
        loops = self.around(frame)
        if without_gradient and loops:
            loops[0].calls += 1

    def forget_time(self, seconds: float) -> None:
        """These seconds were not the program's own."""
        for site in self.sites:
            for loop in site.active.values():
                loop.entered_at += seconds

    def finish(self) -> None:
        """Write what is known of every loop that mattered; loops are left alone from now on."""
        self.on = False
        self.clock.publish()
        for site in self.sites:
            if site.role is not None:
                self._write(site.record())
