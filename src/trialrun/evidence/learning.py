"""How much of what there is to learn a row of losses shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

LATE = 5  # of the last losses the median counts: one lucky repeat is no learning


def share_learnt(losses: Sequence[float], floor: float | None) -> float:
    """Share of the way from the first loss to the least one that was gone at the end.

    1 at the floor, 0 where it ended as it began, negative where it rose; ``-inf`` where the end is not finite.

    Args:
        losses: one a repeat, oldest first.
        floor: the least the loss can reach; None: not known, and 0 stands for it.
    """
    if len(losses) < 2 or not math.isfinite(losses[0]) or not all(math.isfinite(x) for x in losses[-LATE:]):
        return -math.inf
    distance = losses[0] - (floor or 0.0)
    return (losses[0] - median(losses[-LATE:])) / distance if distance > 0 else 0.0
