"""When a loop ends early in a training on a part of the data: after a few passes, or when the time is up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialrun.target.policy import Move, Policy

if TYPE_CHECKING:
    from trialrun.target.loop import Loop

ENOUGH_PASSES = 5  # over the part
ENOUGH_UPDATES = 300  # fewer tell little of a slow starter: where passes are short there are more of them
MOST_PASSES = 60
SHORT_LENGTH = 4  # a loop of as few items may be over phases ("train", "valid"): it is never cut for passes
PASS_SHARE = 0.5  # of the time: no single pass over the part takes longer
EVALUATION_SHARE = 0.2  # of the time: no single evaluation takes longer


@dataclass(frozen=True)
class SubsetPolicy(Policy):
    """Training loops run out where their data are restricted, else for the share of their items; the rest by time."""

    share: float = 0.1  # of the items of a training loop whose data are not restricted
    seconds: float = 20.0  # for all loops together
    soft_s: float = 2.5  # a loop whose data are not restricted runs on past its share for as long
    ends_at_s: float = float("inf")  # time.monotonic()
    restricted: Callable[[], bool] = lambda: False  # whether loaders that train read a part of their data

    def next(self, loop: Loop) -> Move:
        """The move before item number ``loop.index`` (0-based)."""
        now = time.monotonic()
        cut = {"training": self._training, "epoch": self._epoch, "evaluation": self._evaluation}
        role = loop.site.role
        return Move.STOP if role is not None and loop.index and cut[role](loop, now) else Move.GO

    def _training(self, loop: Loop, now: float) -> bool:
        spent = now - loop.entered_at
        if now > self.ends_at_s or spent > PASS_SHARE * self.seconds:
            return loop.updates > 0 or now > self.ends_at_s
        if self.restricted() and loop.source is not None and "DataLoader" in loop.source.name:
            return False
        length = loop.source.length if loop.source is not None else None
        return spent > self.soft_s and (length is None or loop.index >= self.share * length)

    def _epoch(self, loop: Loop, now: float) -> bool:
        if now > self.ends_at_s:
            return True
        if not loop.passes or (loop.source is not None and (loop.source.length or SHORT_LENGTH + 1) <= SHORT_LENGTH):
            return False
        spent = now - loop.entered_at
        if now + spent / loop.passes > self.ends_at_s:  # another one would not fit
            return True
        enough = loop.updates >= ENOUGH_UPDATES or spent > self.soft_s * 2 or loop.passes >= MOST_PASSES
        return loop.passes >= ENOUGH_PASSES and enough

    def _evaluation(self, loop: Loop, now: float) -> bool:
        return now - loop.entered_at > EVALUATION_SHARE * self.seconds
