"""Clipping of gradients: before the step that uses them, after it, or while a scaler's factor is still in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch

from trialrun.capture.events import Backward, Clip, Observer, Step, Unscaling
from trialrun.capture.ledger import Ledger
from trialrun.capture.readings import norms, readable
from trialrun.capture.scaled import ScaledLosses
from trialrun.capture.watch import Watch
from trialrun.evidence.gradients import ClipRecord
from trialrun.evidence.place import Where

MAX_RECORDS = 256


@dataclass(eq=False, slots=True)
class _Late:
    """A clip of gradients that a step had used; it did nothing if they are cleared before the next use."""

    record: ClipRecord
    parameters: set[int]  # ledger ids


class Clips(Observer):
    """Writes a ``ClipRecord`` a call; a late one only when its gradients turn out to have been cleared unused."""

    kinds: ClassVar[tuple[str, ...]] = ("clip",)

    def __init__(self, watch: Watch, ledger: Ledger, scaled: ScaledLosses) -> None:
        self._watch = watch
        self._ledger = ledger
        self._scaled = scaled
        self._stepped: dict[int, Where | None] = {}  # parameters a step has used since their last backward
        self._factors: dict[int, float] = {}  # the scaler's factor in each parameter's gradient
        self._late: list[_Late] = []
        self._written = 0

    def backward_begins(self, event: Backward) -> None:
        if self._late:
            reached = map(self._ledger.find, event.reached.values())
            self._resolve({entry.id for entry in reached if entry is not None})

    def backward_ended(self, event: Backward) -> None:
        if not self._watch.close:
            return
        factor = self._scaled.factor(event.losses[0]) if len(event.losses) == 1 else None
        for leaf in event.reached.values():
            entry = self._ledger.find(leaf)
            if entry is not None:
                self._stepped.pop(entry.id, None)
                if factor is None:
                    self._factors.pop(entry.id, None)
                else:
                    self._factors[entry.id] = factor

    def unscaling(self, event: Unscaling) -> None:
        for tensor in _parameters(event.optimiser):
            self._factors.pop(self._ledger.of(tensor).id, None)

    def step_begins(self, step: Step) -> None:
        if self._late:
            self._resolve({self._ledger.of(tensor).id for tensor in step.parameters})

    def step_ended(self, step: Step) -> None:
        if self._watch.close:
            self._stepped.update((self._ledger.of(tensor).id, step.where) for tensor in step.parameters)

    def gradients_cleared(self, where: Where | None) -> None:
        self._resolve(set())

    def clipped(self, clip: Clip) -> None:
        entries = [entry for entry in map(self._ledger.find, clip.parameters) if entry is not None]
        optimisers = frozenset[int]().union(*(entry.optimisers for entry in entries))
        record = ClipRecord(
            step=self._watch.steps,
            kind=clip.kind,
            where=clip.where,
            limit=clip.limit,
            size=clip.size,
            active=clip.size is not None and clip.size > clip.limit,
            optimisers=tuple(sorted(optimisers)),
            scale=next((self._factors[entry.id] for entry in entries if entry.id in self._factors), None),
        )
        if entries and all(entry.id in self._stepped for entry in entries):
            late = replace(record, late=True, step_where=self._stepped[entries[0].id])
            self._late.append(_Late(late, {entry.id for entry in entries}))
        else:
            self._write(record)

    def finish(self) -> None:
        for late in self._late:  # the program ended: nothing used them any more
            self._write(late.record)
        self._late = []

    def _resolve(self, used: set[int]) -> None:
        """Write the late ones whose gradients have been cleared by now; drop those that are about to be ``used``."""
        pending, self._late = self._late, []
        for late in pending:
            tensors = [self._ledger.at(number).tensor() for number in late.parameters]
            gradients = [t.grad for t in tensors if t is not None and t.grad is not None and readable(t.grad)]
            if not any(norms(gradients)):
                self._write(late.record)
            elif not late.parameters & used:
                self._late.append(late)

    def _write(self, record: ClipRecord) -> None:
        if self._written < MAX_RECORDS:
            self._written += 1
            self._watch.write(record)


def _parameters(optimiser: torch.optim.Optimizer) -> list[torch.Tensor]:
    return [tensor for group in optimiser.param_groups for tensor in group["params"]]
