"""The shape of a loss curve: where it came to rest, whether it still falls, how far it might go.

Repeats of one frozen window have no sampling noise, yet momentum and adaptive rates make a loss swing. So nothing here
rests on a single value: quarters of the curve are compared by their medians, and a difference counts only when it is
larger than what the loss swings from one repeat to the next.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

SHORTEST = 16  # repeats; a quarter of fewer than four has no median worth the name
SWINGS = 2.0  # times the median change from one repeat to the next that a difference of two medians must exceed
FADING = 0.05  # a fall that slows below this share of its early pace, quarter by quarter, has come to rest
ROUNDING = 1e-6  # of the loss: single precision tells no smaller difference
FAINTEST = 1e-4  # of the distance, a quarter: a fall that would take 10,000 quarters more is none


@dataclass(frozen=True)
class Curve:
    """The finite losses of a run of repeats, oldest first; at least ``SHORTEST`` of them."""

    losses: tuple[float, ...]

    @property
    def medians(self) -> tuple[float, float, float, float]:
        """Of each quarter."""
        edges = [round(part * len(self.losses) / 4) for part in range(5)]
        first, second, third, last = (median(self.losses[a:b]) for a, b in pairwise(edges))
        return first, second, third, last

    @property
    def rest(self) -> float:
        """Where it stands at its end: the median of its last quarter."""
        return self.medians[3]

    @property
    def last_quarter(self) -> tuple[float, ...]:
        """The losses of its last quarter."""
        return self.losses[round(3 * len(self.losses) / 4) :]

    @property
    def swing(self) -> float:
        """The median change from one repeat to the next in its second half."""
        late = self.losses[len(self.losses) // 2 :]
        return median(abs(b - a) for a, b in pairwise(late))

    def falls(self, least: float) -> bool:
        """Whether its last quarter lies below the one before by ``least`` and by more than its swings."""
        return self.medians[2] - self.rest > max(least, SWINGS * self.swing)

    def creeps(self, distance: float) -> bool:
        """Whether it falls from quarter to quarter, however little, at a pace that does not fade.

        Args:
            distance: from its first loss to the least there can be.
        """
        first, second, third, last = self.medians
        pace = third - last
        return self._steadily() and pace > max(FAINTEST * distance, FADING * (first - second))

    def gathers_pace(self) -> bool:
        """Whether it falls faster and faster, as when it leaves the plateau that deep saturating layers begin on."""
        _, second, third, last = self.medians
        return self._steadily() and third - last > max(second - third, ROUNDING * abs(third))

    def _steadily(self) -> bool:
        first, second, third, last = self.medians
        return first > second > third > last and third - last > SWINGS * self.swing

    def repeats_to(self, goal: float, floor: float) -> int | None:
        """About how many repeats more until ``goal``, its distance to ``floor`` shrinking as over the last quarters.

        None where that is more than twenty times what was run: too far to tell.
        """
        before, now = self.medians[2] - floor, self.rest - floor
        if not 0 < goal - floor < now < before:
            return None
        quarters = math.log((goal - floor) / now) / math.log(now / before) - 0.5  # the median lies half a quarter back
        return max(1, round(quarters * len(self.losses) / 4)) if quarters <= 80 else None


def finite_part(losses: Sequence[float]) -> tuple[float, ...]:
    """The losses that are numbers."""
    return tuple(loss for loss in losses if math.isfinite(loss))
