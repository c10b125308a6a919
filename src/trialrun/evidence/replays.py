"""What a replay of the window with one thing changed shows, beside one of the window as it is.

Two questions, two yardsticks. Does a fix confirm a finding that is made anyway (:class:`Replay`)? Then half of the way
will do. Or is the change by itself what the finding rests on (:func:`clearly_better`)? Then nothing but "learnt with
it, not learnt without" will.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median

from trialrun.evidence.experiments import Arm
from trialrun.evidence.learning import LATE, share_learnt
from trialrun.evidence.rehearsal import Evidence

# Names of the experiments.
CLEARED_GRADIENTS = "cleared gradients"
ALIGNED_SHAPES = "aligned shapes"
INCLUDED_PARAMETERS = "included parameters"
SKIPPED_ACTIVATION = "skipped activation"
SOFTMAX_OVER_CLASSES = "softmax over classes"

# This project's own choices, kept wide: a batch that both learn, or neither, confirms nothing.
LEARNS = 0.5  # of the way to the floor: with the fix the batch is being learnt
BETTER = 0.3  # of the way that the fix has to be ahead


def control_share(arm: Arm, floor: float | None) -> float:
    """How far the program as it is came, 0..1, in its favour: at the end, or in its last repeat alone."""
    share = share_learnt(arm.losses, floor)
    if not arm.finite or len(arm.losses) < 2:
        return share
    distance = arm.losses[0] - (floor or 0.0)
    return max(share, (arm.losses[0] - arm.losses[-1]) / distance if distance > 0 else 0.0)


@dataclass(frozen=True)
class Replay:
    """The same repeats from the same weights, as it is and with the fix."""

    control: Arm
    fixed: Arm
    floor: float | None

    @property
    def control_share(self) -> float:
        """The same, or that of the last loss alone: what comes to the floor by leaps has learnt, too."""
        return control_share(self.control, self.floor)

    @property
    def fixed_share(self) -> float:
        """See :func:`trialrun.evidence.learning.share_learnt`."""
        return share_learnt(self.fixed.losses, self.floor)

    @property
    def confirms(self) -> bool:
        """Whether the batch is learnt with the fix, and as it is clearly less."""
        return self.fixed_share >= LEARNS and self.fixed_share - self.control_share >= BETTER


def replay(evidence: Evidence, name: str) -> Replay | None:
    """The replay of that name in ``evidence``; None where none was run, or the fix had nothing left to win."""
    record = evidence.experiment_named(name)
    if record is None or record.control is None or not record.variants:
        return None
    return Replay(record.control, record.variants[0], record.floor)


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
