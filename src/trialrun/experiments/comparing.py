"""The repeated window as it is, and with one thing changed: to confirm a finding, or to rest one on it.

The two yardsticks stand in ``evidence/replays.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from typing import Protocol

from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.replays import BETTER, control_share
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run
from trialrun.experiments.plan import Change, Variant
from trialrun.experiments.reading import Reading

REPEATS_OF_A_FIX = 80  # of the window in either way
REPEATS = 60
FEWEST = 15  # below this a comparison tells nothing
OF_TIME = 1 / 3  # that is left, for each of the two: the rest is for other causes


class Fix(Protocol):
    """A change that counts what it has changed; see ``plan.Change``."""

    seen: int

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""


def as_it_is(lab: Laboratory) -> Generator[Variant, Reading, tuple[int, Arm]]:
    """The repeats that the time allows for each half of a comparison, and the first half: nothing changed.

    Raises:
        NotToBeRunError: too little time is left.
    """
    repeats = repeats_of_two(lab, REPEATS_OF_A_FIX)
    control = yield from lab.arm("as it is", repeats, seconds=OF_TIME * lab.seconds_left)
    return repeats, control


def confirm(lab: Laboratory, name: str, change: str, fix: Fix, begun: tuple[int, Arm] | None = None) -> Run:
    """Repeats with and without ``fix``, told as "with ``change``"; ``begun``: the half without it, already run.

    The second half is left out where the program as it is learns too much for any fix to be clearly better.

    Raises:
        NotToBeRunError: too little time is left, or the fix met nothing that it could change.
    """
    repeats, control = begun or (yield from as_it_is(lab))
    record = ExperimentRecord(name, where=lab.overfit.where, control=control, floor=lab.overfit.floor)
    if control_share(control, lab.overfit.floor) > 1 - BETTER:
        return record
    fixed = yield from lab.arm(change, repeats, changes=(fix,))
    if fix.seen == 0:
        raise NotToBeRunError(f"There was nothing in the repeated window to replay with {change}.")
    return ExperimentRecord(name, where=record.where, control=control, variants=(fixed,), floor=record.floor)


def compared(
    lab: Laboratory, change: str, changes: tuple[Change, ...], lasting: tuple[Change, ...] = ()
) -> Generator[Variant, Reading, tuple[Arm, Arm]]:
    """Control and variant, each from the same start; ``changes`` take effect at the first repeat, ``lasting`` at each.

    Both have the same way to go, from the lower of their first losses: neither ends early because it began high up.
    """
    repeats = repeats_of_two(lab, REPEATS)
    firsts = []
    for given in ((), (*changes, *lasting)):
        arm = yield from lab.arm(change, 1, changes=given)
        firsts += [loss for loss in arm.losses if math.isfinite(loss)]
    begun = min(firsts, default=math.inf)
    control = yield from lab.arm("as it is", repeats, begun=begun)
    variant = yield from lab.arm(change, repeats, begun=begun, at_first=changes, changes=lasting)
    return control, variant


def repeats_of_two(lab: Laboratory, most: int) -> int:
    """How many the time that is left allows for each of two runs; raises NotToBeRunError where these tell nothing."""
    repeats = min(most, int(OF_TIME * lab.seconds_left / max(lab.repeat_seconds, 1e-6)))
    if repeats < FEWEST:
        raise NotToBeRunError(
            f"Two runs of the window would leave {repeats} repeats each within {lab.seconds_left:.0f} s, and it takes "
            f"{FEWEST}."
        )
    return repeats
