"""The repeated window as it is, and with something changed, measured by one yardstick."""

from __future__ import annotations

import math
from collections.abc import Generator

from trialrun.evidence.experiments import Arm
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError
from trialrun.experiments.plan import Change, Variant
from trialrun.experiments.reading import Reading

REPEATS = 60  # of the window in each arm
FEWEST = 15  # below this a comparison tells nothing


def compared(
    lab: Laboratory, change: str, changes: tuple[Change, ...], lasting: tuple[Change, ...] = ()
) -> Generator[Variant, Reading, tuple[Arm, Arm]]:
    """Control and variant, each from the same start; ``changes`` take effect at the first repeat, ``lasting`` at each.

    Both have the same way to go, from the lower of their first losses: neither ends early because it began high up.
    """
    repeats = min(REPEATS, int(lab.seconds_left / 3 / max(lab.repeat_seconds, 1e-6)))  # the rest is for other causes
    if repeats < FEWEST:
        raise NotToBeRunError(
            f"Two runs of the window would leave {repeats} repeats each within {lab.seconds_left:.0f} s, and it takes "
            f"{FEWEST}."
        )
    firsts = []
    for given in ((), (*changes, *lasting)):
        arm = yield from lab.arm(change, 1, changes=given)
        firsts += [loss for loss in arm.losses if math.isfinite(loss)]
    begun = min(firsts, default=math.inf)
    control = yield from lab.arm("as it is", repeats, begun=begun)
    variant = yield from lab.arm(change, repeats, begun=begun, at_first=changes, changes=lasting)
    return control, variant
