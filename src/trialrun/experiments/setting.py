"""What an experiment is told of the program it runs on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from trialrun.experiments.initial import Initial
from trialrun.experiments.plan import Experiment
from trialrun.experiments.snapshot import Snapshot
from trialrun.experiments.trace import Trace
from trialrun.experiments.window import Window


class Setting:
    """What an experiment is told: the recorded window, the state right after it, and the weights it all began with."""

    def __init__(self, window: Window, now: Snapshot, compiled: bool, initial: Initial) -> None:
        self.window = window
        self.now = now
        self.compiled = compiled
        self.initial = initial
        self.traces: list[Trace] = []

    @property
    def has_initial(self) -> bool:
        """Whether a run can start from the weights before the first update."""
        return self.initial.covers(self.now.reach.optimisers)


MakeExperiment: TypeAlias = Callable[[Setting], Experiment]
