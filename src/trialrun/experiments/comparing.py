"""The window repeated as it is, and with a fix applied from outside of the user's code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.replays import BETTER, control_share
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run

REPEATS = 80  # of the window in either way
FEWEST = 15  # below this a comparison tells nothing


class Fix(Protocol):
    """A change that counts what it has changed; see ``plan.Change``."""

    seen: int

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""


def compare(lab: Laboratory, name: str, change: str, fix: Fix) -> Run:
    """Repeats with and without ``fix``, told as "with ``change``".

    The second half is left out where the program as it is learns too much for any fix to be clearly better.

    Raises:
        NotToBeRunError: too little time is left, or the fix met nothing that it could change.
    """
    repeats = min(REPEATS, int(lab.seconds_left / 3 / max(lab.repeat_seconds, 1e-6)))
    if repeats < FEWEST:
        raise NotToBeRunError(f"{lab.seconds_left:.0f} s would leave {repeats} repeats, and a replay takes {FEWEST}.")
    control = yield from lab.arm("as it is", repeats)
    record = ExperimentRecord(name, where=lab.overfit.where, control=control, floor=lab.overfit.floor)
    if control_share(control, lab.overfit.floor) > 1 - BETTER:
        return record
    fixed = yield from lab.arm(change, repeats, changes=(fix,))
    if fix.seen == 0:
        raise NotToBeRunError(f"There was nothing in the repeated window to replay with {change}.")
    return ExperimentRecord(name, where=record.where, control=control, variants=(fixed,), floor=record.floor)
