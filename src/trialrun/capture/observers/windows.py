"""Which backwards of a step's window were used by it, and which were cleared away before any step."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch

from trialrun.capture.events import Backward, Clip, Observer, Step
from trialrun.capture.ledger import Ledger
from trialrun.capture.readings import norms, readable, total
from trialrun.capture.watch import Watch
from trialrun.evidence.gradients import WindowRecord
from trialrun.evidence.place import Where

MAX_PENDING = 32  # backwards followed at once; gradients that nobody clears or uses would pile up


@dataclass(eq=False, slots=True)
class _Filled:
    """A backward whose gradients are still there."""

    where: Where | None
    leaves: set[int]  # ledger ids of those leaves whose gradients still hold it
    optimisers: set[int]
    weights: dict[int, float]  # norms, by ledger id
    norm: float
    looked_at: bool = False


@dataclass(eq=False, slots=True)
class _Wiped:
    filled: _Filled
    where: Where | None


class Windows(Observer):
    """Follows each backward until a step uses one of its gradients, or all of them are cleared.

    Not followed: a backward that reaches a leaf of no optimiser (the input of an attack, a weight updated by hand), for
    it may be there for that leaf's sake; one after which weights changed without a step (a perturbation), or another
    optimiser stepped (critics and generators in turn); one of a closure; one whose gradients are zero or not finite (a
    script may skip these).
    """

    kinds: ClassVar[tuple[str, ...]] = ("window",)

    def __init__(self, watch: Watch, ledger: Ledger) -> None:
        self._watch = watch
        self._ledger = ledger
        self._pending: list[_Filled] = []
        self._wiped: list[_Wiped] = []
        self._used: list[Where | None] = []
        self._found = False

    def backward_begins(self, event: Backward) -> None:
        if self._watch.close and not self._watch.stepping:
            self._look(None)

    def backward_ended(self, event: Backward) -> None:
        if not self._watch.close or self._watch.stepping or not event.accumulates or not event.complete:
            return
        optimisers: set[int] = set()
        leaves: dict[int, torch.Tensor] = {}
        for leaf in event.reached.values():
            entry = self._ledger.find(leaf)
            if entry is None or not entry.optimisers or not readable(leaf):
                return
            if leaf.grad is not None:
                optimisers |= entry.optimisers
                leaves[entry.id] = leaf
        if not all(readable(leaf.grad) for leaf in leaves.values()):
            return
        norm = total(norms(leaf.grad for leaf in leaves.values() if leaf.grad is not None))
        if norm and math.isfinite(norm) and event.losses:
            weights = dict(zip(leaves, norms(leaves.values()), strict=True))
            self._pending = [*self._pending, _Filled(event.where, set(leaves), optimisers, weights, norm)][
                -MAX_PENDING:
            ]

    def gradients_cleared(self, where: Where | None) -> None:
        if not self._watch.stepping:
            self._look(where)

    def clipped(self, clip: Clip) -> None:
        for filled in self._pending:  # its return value may be what the backward was for
            filled.looked_at = True

    def step_begins(self, step: Step) -> None:
        if not self._watch.close:
            return
        self._look(None)
        held = {self._ledger.of(tensor).id: tensor for tensor in step.parameters}
        used = [filled for filled in self._pending if filled.leaves & held.keys()]
        self._used = [filled.where for filled in used]
        self._found = bool(self._with_gradient(dict(held)))
        self._pending = []  # those of another optimiser wait for it, or are left over: neither is wiped

    def step_ended(self, step: Step) -> None:
        if not self._watch.close or step.has_closure:
            self._wiped.clear()
            return
        wiped = [one for one in self._wiped if step.id in one.filled.optimisers]
        self._wiped = [one for one in self._wiped if one.filled.optimisers - {step.id}]
        last = wiped[-1] if wiped else None
        self._watch.write(
            WindowRecord(
                step=self._watch.steps,
                optimiser=step.id,
                where=step.where,
                used=len(self._used),
                wiped=len(wiped),
                gradients_found=self._found,
                wiped_where=last.where if last else None,
                wiped_backward=last.filled.where if last else None,
                used_backward=self._used[-1] if self._used else None,
                wiped_norm=last.filled.norm if last else None,
            )
        )
        for one in self._wiped:
            one.filled.optimisers.discard(step.id)

    def _look(self, where: Where | None) -> None:
        """Notice what has been cleared by now; ``where``: the call that has just done so."""
        if not self._pending:
            return
        tensors = {number: self._ledger.at(number).tensor() for filled in self._pending for number in filled.leaves}
        held = self._with_gradient(tensors)
        for filled in tuple(self._pending):
            gone = any(tensors[number] is None for number in filled.leaves)
            filled.leaves &= held
            if filled.leaves:
                continue
            self._pending.remove(filled)
            if not gone and not filled.looked_at and self._unmoved(filled):
                self._wiped.append(_Wiped(filled, where))

    def _with_gradient(self, tensors: dict[int, torch.Tensor | None]) -> set[int]:
        gradients = {n: t.grad for n, t in tensors.items() if t is not None and t.grad is not None}
        sizes = norms(gradient for gradient in gradients.values() if readable(gradient))
        known = dict(zip((n for n, gradient in gradients.items() if readable(gradient)), sizes, strict=True))
        return {number for number in gradients if known.get(number, 1.0)}  # one that cannot be read may hold anything

    def _unmoved(self, filled: _Filled) -> bool:
        tensors = [self._ledger.at(number).tensor() for number in filled.weights]
        if any(tensor is None for tensor in tensors):
            return False
        return norms(tensor for tensor in tensors if tensor is not None) == list(filled.weights.values())
