"""Whether a noisy training loss falls, rises, or has come to rest: a straight line through it, with its error.

Each update sees other samples, so one loss says little. The line is fitted by least squares, and a change is one only
beyond what the scatter about the line allows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from trialrun.evidence.subset import SubsetRecord

ERRORS = 3.0  # standard errors that a change must exceed
SHORTEST = 24  # losses of single updates; fewer do not tell a trend from noise
FADING = 0.2  # of the fall of the first half: a second half that falls by less is about to rest
SHORTEST_OF_PASSES = 5  # means over whole passes, whose scatter is small


@dataclass(frozen=True)
class Trend:
    """The straight line through a row of losses."""

    change: float  # of the line from the first loss to the last, in units of the loss
    error: float  # standard error of ``change``
    level: float  # mean loss

    @property
    def falls(self) -> bool:
        """Whether the fall is beyond doubt."""
        return self.change < -ERRORS * self.error

    @property
    def rises(self) -> bool:
        """Whether the rise is beyond doubt."""
        return self.change > ERRORS * self.error

    @property
    def greatest_fall(self) -> float:
        """The largest fall that the scatter still allows, two standard errors beyond the line's; 0 or more."""
        return max(0.0, 2 * self.error - self.change)


def trend(losses: Sequence[float], shortest: int = SHORTEST) -> Trend | None:
    """The line through ``losses``, oldest first; None where they are fewer than ``shortest`` or not all finite."""
    amount = len(losses)
    if amount < shortest or not all(math.isfinite(loss) for loss in losses):
        return None
    middle, level = (amount - 1) / 2, fmean(losses)
    spread = sum((place - middle) ** 2 for place in range(amount))
    slope = sum((place - middle) * loss for place, loss in enumerate(losses)) / spread
    left = sum((loss - level - slope * (place - middle)) ** 2 for place, loss in enumerate(losses))
    error = math.sqrt(left / (amount - 2) / spread)
    return Trend(slope * (amount - 1), error * (amount - 1), level)


def flat(record: SubsetRecord, share: float) -> Trend | None:
    """The line through the whole training, where a fall by ``share`` (0..1) of its level would have been seen, and none
    was; else None.
    """
    rows = ((record.losses, SHORTEST), (_of_passes(record), SHORTEST_OF_PASSES))
    return next((found for losses, least in rows if (found := _without_fall(losses, least, share))), None)


def at_rest(record: SubsetRecord, share: float) -> bool:
    """Whether the training has come to rest: its second half falls by less than ``share``, and hardly beside its first.

    A slow but steady fall is no rest, however small it is.

    Args:
        share: of the level of the second half, 0..1; the scatter must be small enough to tell.
    """
    rows = ((record.losses, SHORTEST), (_of_passes(record), SHORTEST_OF_PASSES))
    return any(_rests(losses, least, share) for losses, least in rows)


def _rests(losses: Sequence[float], least: int, share: float) -> bool:
    middle = len(losses) // 2
    late, whole = trend(losses[middle:], least), trend(losses, least)
    if late is None or whole is None or late.greatest_fall >= share * abs(late.level):
        return False
    return not late.falls or -late.change < FADING * (losses[0] - losses[-1] + late.change)


def _without_fall(losses: Sequence[float], least: int, share: float) -> Trend | None:
    line = trend(losses, least)
    return line if line is not None and not line.falls and line.greatest_fall < share * abs(line.level) else None


def _of_passes(record: SubsetRecord) -> list[float]:
    """Mean losses of the passes over the training part; an incomplete last one has too few samples to count."""
    passes = [score for score in record.scores if score.phase == "training" and score.loss is not None]
    full = max((score.samples for score in passes), default=0)
    return [score.loss for score in passes if score.loss is not None and score.samples >= full / 2]
