"""Whether a noisy training loss falls, rises, or has come to rest: a straight line through it, with its error.

Each update sees other samples, so one loss says little. The line is fitted by least squares, and a change is one only
beyond what the scatter about the line allows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

ERRORS = 3.0  # standard errors that a change must exceed
SHORTEST = 24  # losses; fewer do not tell a trend from noise


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


def trend(losses: Sequence[float]) -> Trend | None:
    """The line through ``losses``, one an update, oldest first; None where they are too few or not all finite."""
    amount = len(losses)
    if amount < SHORTEST or not all(math.isfinite(loss) for loss in losses):
        return None
    middle, level = (amount - 1) / 2, fmean(losses)
    spread = sum((place - middle) ** 2 for place in range(amount))
    slope = sum((place - middle) * loss for place, loss in enumerate(losses)) / spread
    left = sum((loss - level - slope * (place - middle)) ** 2 for place, loss in enumerate(losses))
    error = math.sqrt(left / (amount - 2) / spread)
    return Trend(slope * (amount - 1), error * (amount - 1), level)


def at_rest(losses: Sequence[float], share: float) -> bool:
    """Whether the second half of ``losses`` shows that as many updates more would lower it by less than ``share``.

    Args:
        share: of the level it has then, 0..1; the scatter must be small enough to tell.
    """
    found = trend(losses[len(losses) // 2 :])
    return found is not None and found.greatest_fall < share * abs(found.level)
