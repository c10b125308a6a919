"""How fast the training loop really is: further items of its own, run unwatched, and everything put back after them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from types import FrameType

from trialrun.capture.memory import PEAK
from trialrun.evidence.records import Record
from trialrun.evidence.repeats import RestoreRecord
from trialrun.experiments.snapshot import Snapshot, UnsupportedError
from trialrun.target.frames import frames_around
from trialrun.target.loop import Loop

UPDATES = 20  # unwatched ones that a duration is taken from
MOST_SECONDS = 6.0  # over all entries; of a slow loop fewer updates have to do
KEPT_ITEMS = 1  # the last one is visited as such


class Pace:
    """Lets a training loop run on where it would have been cut, until enough of its updates have been timed."""

    def __init__(
        self,
        is_own: Callable[[str], bool],
        hold: Callable[[], Callable[[], None]],
        write: Callable[[Record], None],
        in_a_hurry: Callable[[], bool],
    ) -> None:
        self._is_own = is_own
        self._hold = hold
        self._write = write
        self._in_a_hurry = in_a_hurry
        self._loop: Loop | None = None
        self._snapshot: Snapshot | None = None
        self._before: dict[str, object] = {}
        self._release: Callable[[], None] = lambda: None
        self._wanted = float(UPDATES)
        self._seconds = MOST_SECONDS
        self._begun = 0.0
        self._first = 0  # iterations before them
        self._left = 0  # items that may still be run in this entry

    def extends(self, loop: Loop, frame: FrameType) -> bool:
        """Whether ``loop``, about to be cut, runs one more item."""
        if self._loop is None:
            return self._begin(loop, frame)
        if self._loop is not loop:
            return False
        self._left -= 1
        if self._left > 0 and time.monotonic() - self._begun < self._seconds:
            return True
        self.end()
        return False

    def _begin(self, loop: Loop, frame: FrameType) -> bool:
        if loop.site.role != "training" or not loop.updates or self._wanted < 1 or self._in_a_hurry():
            return False
        each = max(1, math.ceil(loop.index / loop.updates))  # items an update: whole, as those of a window are
        self._left = math.ceil(each * self._wanted)
        if loop.source is not None and loop.source.length is not None:
            self._left = min(self._left, loop.source.length - loop.source.taken - KEPT_ITEMS)
        if self._left < each or self._seconds <= 0 or loop.jumped:
            return False
        PEAK.note()
        try:
            self._snapshot = Snapshot(frames_around(frame, self._is_own), self._is_own)
        except UnsupportedError:
            self._wanted = 0
            return False
        self._before = self._snapshot.prints()
        self._release = self._hold()
        self._loop, self._first = loop, loop.index
        self._wanted -= self._left / each
        self._begun = time.monotonic()
        return True

    def left(self, loop: Loop) -> None:
        """``loop`` has been left by its own doing while it ran on: these items were the program's, and stay.

        What follows the loop may rest on why it was left: that it has converged, say.
        """
        if self._loop is loop:
            self._snapshot = self._loop = None
            self._wanted = 0
            self._before = {}
            PEAK.forget()
            self._release()

    def end(self) -> None:
        """Put everything back."""
        if self._loop is not None:
            self._loop.index = self._first  # who counts iterations has heard of none of them
        snapshot, self._snapshot, self._loop = self._snapshot, None, None
        self._seconds -= time.monotonic() - self._begun
        try:
            if snapshot is not None:
                failed = snapshot.put_back()
                after = snapshot.prints()
                differing = [*failed, *(name for name, value in self._before.items() if after.get(name) != value)]
                self._write(
                    RestoreRecord("timing", not differing, tuple(differing)[:8], len(snapshot.learned), snapshot.bytes)
                )
        finally:
            self._before = {}
            snapshot = None
            PEAK.forget()
            self._release()
