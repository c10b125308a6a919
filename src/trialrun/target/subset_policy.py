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
SHORT_LENGTH = 4  # a loop of as few items, with one training each at most, may be over phases ("train", "valid")
SEVERAL = 4  # training loops left in each item of a loop around: more than an epoch has
PASS_SHARE = 0.5  # of the time: no single pass over the part takes longer
EVALUATION_SHARE = 0.2  # of the time: no single evaluation takes longer


@dataclass(frozen=True)
class SubsetPolicy(Policy):
    """Training loops run out where their data are restricted, else for the share of their items; the rest by time."""

    share: float = 0.1  # of the items of a training loop whose data are not restricted
    seconds: float = 20.0  # for all loops together
    soft_s: float = 5.0  # a loop whose data are not restricted runs on past its share for as long
    ends_at_s: float = float("inf")  # time.monotonic()
    restricted: Callable[[], bool] = lambda: False  # whether loaders that train read a part of their data
    evaluated: Callable[[], bool] = lambda: True  # whether anything was evaluated since training began

    def next(self, loop: Loop) -> Move:
        """The move before item number ``loop.index`` (0-based)."""
        now = time.monotonic()
        cut = {"training": self._training, "epoch": self._epoch, "evaluation": self._evaluation}
        role = loop.site.role
        if loop.jumped:
            return Move.STOP
        if role is None or not loop.index or not cut[role](loop, now):
            return Move.GO
        if role == "evaluation" or loop.source is None or loop.source.name != "range" or self.evaluated():
            return Move.STOP
        return Move.LAST  # programs that evaluate every so often do so at the end, too

    def _training(self, loop: Loop, now: float) -> bool:
        spent = now - loop.entered_at
        if now > self.ends_at_s or spent > PASS_SHARE * self.seconds:
            return loop.updates > 0 or now > self.ends_at_s
        if self.restricted() and loop.source is not None and "DataLoader" in loop.source.name:
            return False
        length = loop.source.length if loop.source is not None else None
        soft = self.soft_s if loop.site.entries <= 1 else self.soft_s / 2
        return spent > soft and (length is None or loop.index >= self.share * length)

    def _epoch(self, loop: Loop, now: float) -> bool:
        length = loop.source.length if loop.source is not None else None
        if not loop.passes or (loop.passes <= loop.index and length is not None and length <= SHORT_LENGTH):
            return False
        spent = now - loop.entered_at
        if now > self.ends_at_s or now + spent / loop.passes > self.ends_at_s:  # another one would not fit
            return True
        if loop.passes >= max(ENOUGH_PASSES, SEVERAL * loop.index):  # over folds or seeds: each item is a training
            return True
        enough = loop.updates >= ENOUGH_UPDATES or spent > self.soft_s * 2 or loop.passes >= MOST_PASSES
        return loop.passes >= ENOUGH_PASSES and enough

    def _evaluation(self, loop: Loop, now: float) -> bool:
        return now - loop.entered_at > EVALUATION_SHARE * self.seconds
