"""Records one update window of the training loop and runs experiments on it, in the program's own process.

The body belongs to the user's frame: all that can be done is to hand it an item again. So an experiment is a generator
that yields how the window is to be run and is sent what was read; it is advanced each time the loop comes back for its
next item. When it is over everything is put back as it was, and the loop goes on as if nothing had been.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from types import FrameType
from typing import Any

from trialrun.capture.memory import PEAK
from trialrun.evidence.program import SkipRecord
from trialrun.evidence.records import Record
from trialrun.evidence.repeats import RestoreRecord
from trialrun.experiments.initial import Initial
from trialrun.experiments.pace import Pace
from trialrun.experiments.plan import Experiment, LeftLoopError, Variant
from trialrun.experiments.probe import Probe
from trialrun.experiments.reading import Reading
from trialrun.experiments.setting import MakeExperiment, Setting
from trialrun.experiments.snapshot import Snapshot, UnsupportedError
from trialrun.experiments.trace import Trace
from trialrun.experiments.window import NotFrozenError, TooLargeError, Window, served
from trialrun.target.frames import frames_around
from trialrun.target.loop import Loop
from trialrun.target.position import Position
from trialrun.target.repeater import Again
from trialrun.target.sites import Site

MOST_WINDOWS = 8  # begun and dropped because a loop further in turned out to be the training loop


class Repeats:
    """Implements ``target.repeater.Repeater``.

    Args:
        is_own: whether a file is the user's, by its name as compiled.
        experiment: makes the experiment once a window has been recorded; None: no window is recorded.
        hold: called before anything is repeated; silences all else that watches, and returns what ends that.
        give_up: told why no window could be recorded or repeated.
        pace: times the loop where it would have been cut.
    """

    def __init__(
        self,
        position: Position,
        is_own: Callable[[str], bool],
        experiment: MakeExperiment | None,
        hold: Callable[[], Callable[[], None]],
        write: Callable[[Record], None],
        give_up: Callable[[str], None],
        compiled: Callable[[], bool],
        pace: Pace | None = None,
        initial: Initial | None = None,
    ) -> None:
        self.awake = experiment is not None
        self.repeating = False
        self._pace = pace
        self._position = position
        self._is_own = is_own
        self._make = experiment
        self._hold = hold
        self._write = write
        self._give_up = give_up
        self._compiled = compiled
        self._initial = initial or Initial()
        self._owner = (os.getpid(), threading.get_ident())
        self._window: Window | None = None
        self._windows = 0
        self._experiment: Experiment | None = None
        self._setting: Setting | None = None
        self._before: dict[str, Any] = {}
        self._release: Callable[[], None] = lambda: None
        self._probe: Probe | None = None
        self._trace: Trace | None = None
        self._index = 0
        self._undo: list[Callable[[], None]] = []

    # recording

    def begins(self, loop: Loop, frame: FrameType) -> None:
        """An iteration of ``loop`` begins; it may be the first of a window, or belong to one."""
        if self.repeating or not self._mine():
            return
        window = self._window
        try:
            if window is not None and window.loop is loop:
                window.add(loop.item)
            elif loop.seen and loop.site.role in (None, "training") and not self._is_part_of_body(loop):
                self._open(loop, frame)
            elif window is not None:
                window.note_item(loop)
        except (TooLargeError, UnsupportedError) as reason:
            self._drop(str(reason))
        except Exception as fault:
            self._drop(f"the window could not be recorded: {type(fault).__name__}: {fault}")

    def _is_part_of_body(self, loop: Loop) -> bool:
        """Whether ``loop`` steps several optimisers, one after the other, in the body that is being recorded."""
        return loop.site.role is None and self._window is not None and self._window.loop.site.role == "training"

    def _open(self, loop: Loop, frame: FrameType) -> None:
        self._windows += 1
        if self._windows > MOST_WINDOWS:
            raise TooLargeError("no loop kept to updating in each of its iterations")
        PEAK.note()
        self._window = Window(loop, frame, list(frames_around(frame, self._is_own)), self._is_own)
        self._window.add(loop.item)

    def entered(self, loop: Loop, iterable: Any) -> None:
        """A loop is entered, maybe inside the body that is being recorded."""
        if self._window is not None and self._mine():
            self._window.note_entry(loop, iterable)

    def draw(self, draw: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """``next(...)``: recorded, or served again."""
        if not self._mine():
            return draw(*arguments)
        if self.repeating and self._window is not None:
            try:
                return self._window.draw()
            except NotFrozenError:
                self._note("it drew more from an iterator than when it was recorded")
                return draw(*arguments)
        value = draw(*arguments)
        if self._window is not None:
            try:
                self._window.note_draw(value)
            except TooLargeError as reason:
                self._drop(str(reason))
        return value

    def _drop(self, reason: str) -> None:
        self._window = None
        self.awake = False
        self._give_up(reason)

    def _mine(self) -> bool:
        return (os.getpid(), threading.get_ident()) == self._owner

    # repeating

    def ended(self, loop: Loop, frame: FrameType) -> Again | None:
        """An iteration is over: the next item to be run again, or None for the loop to go on."""
        window = self._window
        if window is None or window.loop is not loop or not self._mine():
            return None
        try:
            if self.repeating:
                return self._next(window)
            return self._start(window, frame) if window.complete else None
        except Exception as fault:
            if self.repeating:
                self._fault(fault)
                self._read()
                self._finish()
            else:
                self._drop(f"the window could not be repeated: {type(fault).__name__}: {fault}")
            return None

    def _start(self, window: Window, frame: FrameType) -> Again | None:
        self._release = self._hold()
        self.repeating = True
        self._probe = Probe(self._position.where, modes=not self._compiled())
        self._initial.detach()
        now = Snapshot(frames_around(frame, self._is_own), self._is_own)
        self._setting = Setting(window, now, self._compiled(), self._initial, self._position)
        self._before = self._setting.now.prints()
        window.start.carry_on()
        assert self._make is not None
        self._experiment = self._make(self._setting)
        return self._advance(window, None)

    def _advance(self, window: Window, reading: Reading | None) -> Again | None:
        assert self._experiment is not None
        try:
            variant = next(self._experiment) if reading is None else self._experiment.send(reading)
        except StopIteration:
            self._finish()
            return None
        self._prepare(window, variant)
        self._index = 0
        return Again(window.item(0))

    def _prepare(self, window: Window, variant: Variant) -> None:
        assert self._probe is not None
        assert self._setting is not None
        if variant.fresh:
            window.start.put_back()
        else:
            window.start.rewind()
        if variant.initial:
            self._initial.put(self._setting.now.reach.optimisers)
        window.rewind()
        self._probe.begin(variant)
        if variant.traced and not self._setting.compiled:
            self._trace = Trace(self._position)
            self._trace.begin()
        self._undo = [change.begin() for change in variant.changes]

    def _next(self, window: Window) -> Again | None:
        self._index += 1
        if self._index < len(window.items):
            return Again(window.item(self._index))
        return self._advance(window, self._read())

    def _read(self) -> Reading:
        for undo in reversed(self._undo):
            undo()
        self._undo = []
        if self._trace is not None:
            self._trace.end()
            if self._setting is not None:
                self._setting.traces.append(self._trace)
            self._trace = None
        return self._probe.end() if self._probe is not None else Reading()

    def _note(self, error: str) -> None:
        if self._probe is not None and not self._probe.reading.error:
            self._probe.reading.error = error
            self._probe.reading.where = self._position.where()

    def left(self, loop: Loop) -> None:
        """``loop`` has been left: a window that was being recorded is void, one that was being repeated broken."""
        if self._pace is not None:
            self._pace.left(loop)
        window = self._window
        if window is None or window.loop is not loop:
            return
        if not self.repeating:
            self._window = None
            return
        try:
            self._read()
            if self._experiment is not None:
                self._experiment.throw(LeftLoopError())
        except (StopIteration, LeftLoopError):
            pass
        except Exception as fault:
            self._fault(fault)
        self._finish(left=True)

    def _fault(self, fault: Exception) -> None:
        self._write(SkipRecord("overfit", f"repeating failed: {type(fault).__name__}: {fault}"))
        self._give_up(f"repeating it failed: {type(fault).__name__}: {fault}")

    def _finish(self, left: bool = False) -> None:
        """Put everything back, and see whether it is."""
        setting, self._setting = self._setting, None
        differing: Iterable[str] = ()
        try:
            if setting is not None:
                failed = setting.now.put_back()
                after = setting.now.prints()
                differing = [*failed, *(name for name, value in self._before.items() if after.get(name) != value)]
                self._write(
                    RestoreRecord(
                        "overfit",
                        not differing and not left,
                        ("the loop was left", *differing) if left else tuple(differing)[:8],
                        len(setting.now.learned),
                        setting.now.bytes,
                    )
                )
        finally:
            self._experiment = self._window = self._probe = None
            self.repeating = self.awake = False
            setting = None
            PEAK.forget()
            self._release()

    # inner loops while repeating

    def serve(self, site: Site, iterable: Any) -> Iterator[Any] | Any:
        """What a loop inside the body iterates: what it iterated when it was recorded, as long as it did then."""
        if self._window is None or not self._mine():
            return iterable
        entry = self._window.entry(site)
        if entry is None:
            return iterable
        if entry.one_shot:
            return served(entry)
        return islice(iterable, entry.iterations) if site.role is not None else iterable

    def extends(self, loop: Loop, frame: FrameType) -> bool:
        """Whether ``loop``, about to be cut, runs one more item: for the clock."""
        if self._pace is None or self.repeating or not self._mine():
            return False
        try:
            return self._pace.extends(loop, frame)
        except Exception as fault:
            self._write(SkipRecord("loop_time", f"no steps could be timed: {type(fault).__name__}: {fault}"))
            return False
