"""When a loop ends early: after a few items, the last one included where it can be reached."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialrun.target.loop import Loop


class Move(Enum):
    """What a loop does before its next item."""

    GO = "take the next item"
    MORE = "take the next item, for the clock alone: not watched"
    LAST = "skip to the last item"
    STOP = "end as if exhausted"


@dataclass(frozen=True)
class Policy:
    """How many items each kind of loop runs.

    ``cut`` names the roles that are cut at all, ``jump`` whether the last item is visited after a skip. A crash that
    follows a cut is rerun with ``jump`` off, then with fewer roles in ``cut``, before it is believed.
    """

    cut: frozenset[str] = frozenset({"training", "epoch", "evaluation"})
    jump: bool = True
    first_updates: int = 4  # updates in the first entry of a training loop
    later_updates: int = 2  # in each later entry
    epochs: int = 2  # iterations in the first entry of an epoch loop; one in each later entry
    settings: int = 16  # items at most of a study, which is run whole: see _studies
    settings_s: float = 20.0  # seconds for which a study is run item by item
    evaluation_items: int = 2
    further_items: int = 8  # items of an evaluation loop that are run for the clock, for each length it is seen with
    further_s: float = 0.5  # seconds that these may take in one entry
    short_items: int = 8  # a quick evaluation loop of at most this known length is run whole: stages of one method
    quick_s: float = 0.05  # seconds an item of such a loop may take on average
    barren: int = 64  # iterations with a backward and never an update, after which a loop is cut
    slow_s: float = 3.0  # an iteration that takes longer on average is repeated half as often
    patience: int = 8  # items per wanted update after which a loop that updates rarely is cut all the same
    hurry_at_s: float = float("inf")  # time.monotonic() from which everything is cut as short as it can be

    def next(self, loop: Loop) -> Move:
        """The move before item number ``loop.index`` (0-based)."""
        role = loop.site.role
        if role is None or role not in self.cut:
            return Move.GO
        if loop.jumped:
            return Move.STOP
        if not self._enough(loop, role):
            return Move.GO
        if role == "evaluation" and self._wants_more(loop):
            return Move.MORE
        if role == "evaluation" and self._short(loop):
            return Move.GO
        return Move.LAST if self.jump and loop.source is not None else Move.STOP

    def _wants_more(self, loop: Loop) -> bool:
        """Whether an evaluation loop runs on for the clock; its last item is left to be visited as such."""
        now, further = time.monotonic(), loop.site.further
        length = loop.source.length if loop.source is not None else None
        done = loop.index - self.evaluation_items
        if not done:
            loop.further_at = now
        if now > min(self.hurry_at_s, loop.further_at + self.further_s) or further.get(length, 0) >= self.further_items:
            return False
        if length is not None and loop.index >= length - 1:
            return False
        further[length] = further.get(length, 0) + 1
        return True

    def _short(self, loop: Loop) -> bool:
        """Whether a loop over the stages of one method (Runge-Kutta) may be meant: without some its result is wrong."""
        length = loop.source.length if loop.source is not None else None
        now = time.monotonic()
        quick = now - loop.entered_at <= self.quick_s * max(1, loop.index)
        return length is not None and length <= self.short_items and quick and now <= self.hurry_at_s

    def _studies(self, loop: Loop) -> bool:
        """Whether a loop over settings, data sets or folds trains a model of its own for each: no two are alike.

        It is one over a short collection, and no optimiser has stepped in two of its iterations. Only in its first
        entry: of a grid, each value of each axis is run.
        """
        length = loop.source.length if loop.source is not None else None
        if loop.source is None or length is None or length > self.settings or loop.site.entries > 1 or loop.carried:
            return False
        known = loop.source.name.startswith(("list", "tuple", "dict"))
        return known and time.monotonic() - loop.entered_at <= self.settings_s

    def _enough(self, loop: Loop, role: str) -> bool:
        hurry = time.monotonic() > self.hurry_at_s
        if role == "training":
            if not loop.site.updates:
                return loop.site.barren >= self.barren
            wanted = 1 if hurry else self.first_updates if loop.site.entries <= 1 else self.later_updates
            if loop.index and (time.monotonic() - loop.entered_at) / loop.index > self.slow_s:
                wanted = (wanted + 1) // 2
            return loop.updates >= wanted or (loop.updates >= 1 and loop.index >= wanted * self.patience)
        if role == "epoch":
            if not hurry and self._studies(loop):
                return False
            return loop.index >= (1 if hurry or loop.site.entries > 1 or loop.site.depth > 2 else self.epochs)
        return loop.index >= self.evaluation_items
