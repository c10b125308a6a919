"""What the full run will take, from what the rehearsal measured. It holds for the machine it was measured on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """The run as its author would start it: every epoch, no loop cut, nothing watched."""

    steps: int  # updates
    duration_s: float
    duration_low_s: float  # the range that the spread of what was measured allows
    duration_high_s: float
    peak_memory_bytes: int  # of the process
    peak_device_bytes: int | None  # of the accelerator; None: none is used, or it is not known
    written_bytes: int  # all that it writes; a file that is written again counts each time
    epochs: int | None = None  # None: there is no epoch loop, or its length is not known
    measured_steps: int = 0  # unwatched updates that the time of a step rests on
    notes: tuple[str, ...] = ()  # what it leaves out or takes for granted, a sentence each
