"""The loops of the user's source: where each stands, and what has been learned about it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trialrun.evidence.place import Where
from trialrun.evidence.program import LoopRecord

if TYPE_CHECKING:
    from trialrun.target.loop import Loop


@dataclass(eq=False)
class Site:
    """One ``for`` or ``while`` of the source, over all its entries."""

    id: int
    where: Where
    kind: str  # "for" | "while"
    first_line: int  # of the body
    last_line: int
    trains: bool  # its body calls ``backward`` somewhere, reached or not: it is no evaluation

    role: str | None = None  # "training" | "epoch" | "evaluation"
    depth: int = 0  # epoch loops: how many loops further in the training loop stands
    through: bool = False  # handed straight through: nothing ever happened in it
    quiet: int = 0  # iterations since something last happened in it
    active: dict[int, Loop] = field(default_factory=dict)  # by id of the frame that runs the loop
    entries: int = 0
    iterations: int = 0
    updates: int = 0
    barren: int = 0  # iterations with a backward
    length: int | None = None
    cut: bool = False
    jumped: bool = False
    source: str = ""
    further: dict[int | None, int] = field(default_factory=dict)  # evaluation items run for the clock, by length

    def record(self) -> LoopRecord:
        """What the report shows of it."""
        return LoopRecord(
            where=self.where,
            kind=self.role or "other",
            entries=self.entries,
            iterations=self.iterations,
            length=self.length,
            cut=self.cut,
            jumped=self.jumped,
            source=self.source or self.kind,
        )
