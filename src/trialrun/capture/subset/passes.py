"""Passes over the training part and over what is evaluated, told apart by the loops of the program they ran in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from trialrun.capture.position import RunningLoop
from trialrun.capture.subset.samples import Samples
from trialrun.capture.subset.tallies import Tally
from trialrun.evidence.place import Where

TRAINING, EVALUATION = "training", "evaluation"
STRETCH = 50  # updates whose sums are kept apart within a pass that has no end of its own
MAX_PASSES = 4096


@dataclass
class Pass:
    """One pass; several stretches of one training loop's entry are passes of the same ``loop``."""

    phase: str
    where: Where | None  # of the loop, or the line where there is none around it
    loop: RunningLoop | None
    epoch: int
    step: int  # updates made before it
    group: Any  # evaluations of one kind have the same: the loop, and what it reads
    tallies: dict[str, Tally] = field(default_factory=dict)  # by name of the loss, or of the comparison
    samples: Samples | None = None  # of the first pass of its kind
    updates: int = 0  # made while it was the last pass over the training part


class Passes:
    """All passes, in the order in which they began."""

    def __init__(self) -> None:
        self.all: list[Pass] = []
        self.epoch = 0  # training loops that were left
        self.steps = 0
        self._kinds: dict[Any, Pass] = {}  # first pass of each kind
        self._open: dict[Any, Pass] = {}
        self._trained: Pass | None = None  # the last one over the training part

    def updated(self) -> None:
        """An update was made."""
        self.steps += 1
        if self._trained is not None:
            self._trained.updates += 1

    def trains(self, loop: RunningLoop) -> bool:
        """Whether this entry of a loop has trained."""
        return any(known.loop is loop for known in self._open.values() if known.phase == TRAINING)

    def of_training(self, loops: list[RunningLoop], where: Where | None) -> Pass:
        """The pass over the training part that goes on in ``loops`` (innermost first)."""
        loop = next((loop for loop in loops if loop.site.role == TRAINING), loops[-1] if loops else None)
        site = loop.site.where if loop is not None else where
        key = (TRAINING, site)
        known = self._open.get(key)
        if known is None or known.loop is not loop or self.steps - known.step >= STRETCH:
            known = self._begun(key, Pass(TRAINING, site, loop, self.epoch, self.steps, site))
        self._trained = known
        return known

    def of_evaluation(self, loops: list[RunningLoop], where: Where | None, reads: Any) -> Pass:
        """The evaluation that goes on in ``loops``.

        ``reads`` tells its data from those of other evaluations: the id of a loader's data set, else what they begin
        with.
        """
        loop = None
        for running in loops:
            if running.site.role in (TRAINING, "epoch"):
                break
            name = _name(running.item)
            if name is not None:  # over the names of parts: each has its own score
                reads = name
                break
            loop = running
        site = loop.site.where if loop is not None else where
        key = (EVALUATION, site, reads) if loop is None else (EVALUATION, site)
        known = self._open.get(key)
        if known is not None and loop is not None and known.loop is loop:
            return known
        if known is not None and loop is None and known.step == self.steps and isinstance(reads, int):
            return known  # batches of a loader in a comprehension
        return self._begun(key, Pass(EVALUATION, site, loop, self.epoch, self.steps, (site, reads)))

    def _begun(self, key: Any, new: Pass) -> Pass:
        self._open[key] = new
        if len(self.all) < MAX_PASSES:
            self.all.append(new)
        kind = (new.phase, new.group)
        first = self._kinds.setdefault(kind, new)
        if first is new:
            new.samples = Samples()
        elif new.phase == TRAINING and first.loop is new.loop:  # a stretch of the same pass
            new.samples = first.samples
        return new


def _name(item: Any) -> str | None:
    """The text that an item is, or begins with."""
    first = item[0] if isinstance(item, tuple) and item else item
    return first if isinstance(first, str) else None
