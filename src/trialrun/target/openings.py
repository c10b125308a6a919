"""From which loops the script opens its files for writing, so that what the full run writes can be told."""

from __future__ import annotations

import os
from collections import Counter as Count

from trialrun.evidence.place import Where
from trialrun.evidence.program import WritePlace
from trialrun.target.accounts import Subject, surroundings
from trialrun.target.clock import Clock


class Openings:
    """Counts openings by path and by what was open around them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._paths: dict[str, Count[tuple[Subject, ...]]] = {}

    def opened(self, path: str) -> None:
        """``path`` has been opened for writing; what is opened while the clock is paused is no part of the run."""
        if self._clock.runs_here():
            self._paths.setdefault(os.path.realpath(path), Count())[self._clock.chain()] += 1

    def places(self, path: str) -> tuple[WritePlace, ...]:
        """Where ``path`` was opened, as far as the roles of the loops are known by now."""
        found: Count[tuple[Where | None, Where | None]] = Count()
        for chain, times in self._paths.get(os.path.realpath(path), Count()).items():
            found[surroundings(chain)] += times
        return tuple(WritePlace(times, inside, branch) for (inside, branch), times in found.items())
