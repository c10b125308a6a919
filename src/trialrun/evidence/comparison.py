"""Whether a batch is learnt clearly better with one thing changed than as it is."""

from __future__ import annotations

import math
from statistics import median

from trialrun.evidence.experiments import Arm
from trialrun.evidence.learning import LATE
from trialrun.evidence.rehearsal import Evidence

# This project's own choices, kept far apart: most right programs differ by less from a retuned twin of theirs.
HARDLY = 1 / 3  # of the way: as it is, not learnt in these repeats
MOSTLY = 0.7  # of the way: learnt with the change
TIMES_SOONER = 4  # to half of the way
SLOW = 40  # repeats to half of the way, as it is; below this a batch is learnt soon enough


def way_gone(arm: Arm, other: Arm, floor: float | None) -> float:
    """Share of the way to the floor that ``arm`` has gone at its end.

    The way begins at the lower of the two first losses: a loss that begins at a hundred times that of guessing has
    fallen far and learnt nothing once it guesses. ``-inf`` where the end is not finite.
    """
    if not arm.losses or not all(math.isfinite(loss) for loss in arm.losses[-LATE:]):
        return -math.inf
    begin, least = _way(arm, other, floor)
    return (begin - median(arm.losses[-LATE:])) / (begin - least) if begin > least else 0.0


def halfway(arm: Arm, other: Arm, floor: float | None) -> int | None:
    """The repeat from which on half of the way was gone, for as long as was seen; None: never."""
    begin, least = _way(arm, other, floor)
    above = [number for number, loss in enumerate(arm.losses) if not loss <= (begin + least) / 2]
    number = above[-1] + 1 if above else 0
    return number if number < len(arm.losses) else None


def clearly_better(arm: Arm, control: Arm, floor: float | None) -> bool:
    """Whether ``arm`` learns the batch and ``control`` does not, or only after many times the repeats."""
    if way_gone(arm, control, floor) < MOSTLY or not arm.finite:
        return False
    if way_gone(control, arm, floor) < HARDLY:
        return True
    here, there = halfway(arm, control, floor), halfway(control, arm, floor)
    late = len(control.losses) if there is None else there
    return here is not None and late >= SLOW and TIMES_SOONER * here <= late


def _way(arm: Arm, other: Arm, floor: float | None) -> tuple[float, float]:
    begins = [one.losses[0] for one in (arm, other) if one.losses and math.isfinite(one.losses[0])]
    return min(begins, default=math.nan), floor or 0.0


def not_run(evidence: Evidence, name: str) -> str:
    """Why the experiment of that name could not be run, though something spoke for it; "" otherwise."""
    found = [record for record in evidence.experiment if record.experiment == name]
    return found[-1].reason if found and found[-1].outcome == "skipped" else ""
