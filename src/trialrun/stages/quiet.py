"""Nothing is heard, counted or shown while a window is repeated, and all counts stand as before when it is over."""

from __future__ import annotations

import copy
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialrun.target.files import remember_lengths
from trialrun.target.instrument import Instrumenter
from trialrun.target.loops import Loops

if TYPE_CHECKING:
    from trialrun.target.containment import Containment

LOG = "repeats.log"  # in the run folder: what the script printed while its body was repeated


class Quiet:
    """Calling it begins the silence and returns what ends it."""

    def __init__(
        self, loops: Loops, instrumenter: Instrumenter, run_dir: Path, containment: Callable[[], Containment | None]
    ) -> None:
        # Opened before containment, which takes the run folder out of this process's sight.
        self._log = os.open(run_dir / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._loops = loops
        self._instrumenter = instrumenter
        self._containment = containment
        self.on = False

    def __call__(self) -> Callable[[], None]:
        """Remember every count, send output to the log and return what undoes both."""
        counts = [(site, _fields(site)) for site in self._loops.sites]
        hits = [(file.coverage, bytes(file.coverage.hits)) for file in self._instrumenter.files.values()]
        known = len(self._loops.sites)
        containment = self._containment()
        forget = containment.remember() if containment is not None else None
        restore_output = self._redirected()
        cut_back = remember_lengths()
        self.on = True
        begun = time.monotonic()

        def end() -> None:
            self.on = False
            self._loops.forget_time(time.monotonic() - begun)
            restore_output()
            cut_back()
            for site, values in counts:
                for name, value in values.items():
                    setattr(site, name, value)
            for coverage, before in hits:
                coverage.hits[:] = before
            for site in self._loops.sites[known:]:  # of modules that were first imported while repeating
                site.iterations = site.entries = 0
            if forget is not None:
                forget()

        return end

    def _redirected(self) -> Callable[[], None]:
        _flush()
        kept = [(number, os.dup(number)) for number in (1, 2)]
        for number, _ in kept:
            os.dup2(self._log, number)

        def restore() -> None:
            _flush()
            for number, copied in kept:
                os.dup2(copied, number)
                os.close(copied)

        return restore


def _fields(site: Any) -> dict[str, Any]:
    """The counters of a site; the entries that are running stay with it."""
    return {name: copy.copy(value) for name, value in vars(site).items() if name != "active"}


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # closed, or replaced by something of the script's
            stream.flush()
