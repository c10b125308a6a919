"""What a step leaves behind in memory, and where the host waits for the accelerator."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class Remains:
    """Values that were computed on the way to one update, and are still in memory."""

    step: int  # the update they were computed for
    entry: int  # entries of the training loop before that
    bytes: int
    tensors: int


@dataclass(frozen=True)
class GrowthRecord:
    """What is left of each closely watched step at the last update; step 0, where lasting things are made, left out."""

    step: int  # the last update
    entry: int  # entries of the training loop before it
    steps: tuple[tuple[int, int], ...] = ()  # all (step, entry) that were watched, in order
    remains: tuple[Remains, ...] = ()
    operation: str = ""  # that made most of what remained, where one could be told
    where: Where | None = None  # the user's line that called it


@dataclass(frozen=True)
class HostRead:
    """One line of the training loop's body that hands a value of the device to Python, or copies it to the host."""

    where: Where
    operation: str  # "item", "tolist", "cpu", "to", "float", "int"
    device: str  # "cuda:0"
    calls: int
    steps: int  # updates on whose way it ran


@dataclass(frozen=True)
class HostReadRecord:
    """All such lines; a later record replaces this one."""

    device: str  # "" where no tensor of an accelerator was met
    steps: int  # closely watched updates
    reads: tuple[HostRead, ...] = ()

    def every_step(self) -> tuple[HostRead, ...]:
        """Those that ran on the way to every watched update, but for one: the first or last may differ."""
        return tuple(read for read in self.reads if self.steps >= 3 and read.steps >= self.steps - 1)
