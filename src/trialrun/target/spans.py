"""One entry of a loop, or one run of a branch, while the clock runs on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from trialrun.target.accounts import Item, Subject

if TYPE_CHECKING:
    from trialrun.target.loop import Loop


class Span:
    """One entry of a loop, or one run of a branch. Seconds are of the clock's own time."""

    __slots__ = (
        "begun", "chain", "in_item", "item_begun", "item_nested", "item_updates", "items", "last_end", "loop", "nested",
        "nested_updates", "own", "repeating", "subject", "updates_begun", "watch_again", "watched",
    )  # fmt: skip

    def __init__(self, subject: Subject, loop: Loop | None, chain: tuple[Subject, ...], now: float, updates: int):
        self.subject = subject
        self.loop = loop
        self.chain = chain
        self.begun = self.last_end = now
        self.nested = 0.0  # seconds of loops with a role and of branches inside
        self.nested_updates = 0
        self.updates_begun = updates
        self.own = 0.0  # seconds outside of items
        self.in_item = False
        self.item_begun = self.item_nested = 0.0
        self.item_updates = 0
        self.watched = True
        self.watch_again: Callable[[], None] | None = None  # ends a pause of watching
        self.repeating = False
        self.items: list[Item] = []
