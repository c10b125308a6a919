"""One entry of a loop of the user's."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from trialrun.target.sites import Site
from trialrun.target.sources import Source

if TYPE_CHECKING:
    from trialrun.target.spans import Span


class Loop:
    """One entry of a loop."""

    __slots__ = (
        "__weakref__",
        "backwards",
        "calls",
        "carried",
        "entered_at",
        "frame",
        "further_at",
        "index",
        "item",
        "jumped",
        "passes",
        "seen",
        "site",
        "source",
        "span",
        "updates",
    )

    def __init__(self, site: Site, frame: int, source: Source | None) -> None:
        self.site = site
        self.frame = frame
        self.source = source
        self.index = 0  # iterations begun
        self.item: Any = None
        self.updates = 0  # in this entry
        self.backwards = 0  # in this iteration
        self.calls = 0  # model calls without gradient in this iteration
        self.entered_at = time.monotonic()
        self.seen: dict[int, int] = {}  # optimiser -> iteration of its last update
        self.carried = False  # an optimiser of an earlier iteration has stepped in a later one, or weights by hand
        self.jumped = False
        self.passes = 0  # training loops inside that were left in this entry
        self.further_at = 0.0  # time.monotonic() of the first item that is run for the clock alone
        self.span: Span | None = None  # on the clock

    def begin(self, item: Any) -> None:
        """An iteration starts."""
        self.index += 1
        self.item = item
        self.backwards = self.calls = 0
        self.site.iterations += 1
        self.site.quiet += 1

    def updated(self, optimiser: int) -> None:
        """An optimiser has stepped in it (-1: leaves were changed by hand)."""
        self.updates += 1
        self.site.updates += 1
        self.carried = self.carried or optimiser < 0 or self.seen.get(optimiser, self.index) != self.index
        self.seen[optimiser] = self.index

    def end(self) -> None:
        """An iteration is over: one that only called the model without gradient is an evaluation."""
        site = self.site
        if site.role is None and self.calls and not (site.trains or self.backwards or self.updates):
            site.role = "evaluation"
