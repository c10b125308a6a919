"""Which backwards of a step's window were used by it, and which were cleared away before any step."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch

from trialrun.capture.events import Backward, Clip, Observer, Step
from trialrun.capture.ledger import Ledger
from trialrun.capture.position import RunningLoop
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
    loops: tuple[RunningLoop, ...]  # around the backward, innermost first
    looked_at: bool = False

    def entry_of(self, loop: RunningLoop) -> RunningLoop | None:
        """The entry of the loop of that source line which the backward was in."""
        return next((around for around in self.loops if around.site is loop.site), None)


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
        self._used: list[_Filled] = []
        self._loops: tuple[RunningLoop, ...] = ()  # around the step
        self._entered: RunningLoop | None = None  # the loop of the last step
        self._entries = 0
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
            self._pending = [
                *self._pending,
                _Filled(event.where, set(leaves), optimisers, weights, norm, tuple(self._watch.position.loops())),
            ][-MAX_PENDING:]

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
        self._used = used
        self._loops = tuple(self._watch.position.loops())
        self._found = bool(self._with_gradient(dict(held)))
        self._pending = []  # those of another optimiser wait for it, or are left over: neither is wiped

    def step_ended(self, step: Step) -> None:
        if not self._watch.close or step.has_closure:
            self._wiped.clear()
            return
        wiped = [one for one in self._wiped if step.id in one.filled.optimisers]
        self._wiped = [one for one in self._wiped if one.filled.optimisers - {step.id}]
        last = wiped[-1] if wiped else None
        loop = self._common([*self._used, *(one.filled for one in wiped)])
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
                used_backward=self._used[-1].where if self._used else None,
                wiped_norm=last.filled.norm if last else None,
                loop=loop.site.where if loop else None,
                entry=self._entry(loop) if loop else 0,
                used_earlier=sum(filled.entry_of(loop) is not loop for filled in self._used) if loop else 0,
                wiped_earlier=sum(one.filled.entry_of(loop) is not loop for one in wiped) if loop else 0,
            )
        )
        self._used = []
        for one in self._wiped:
            one.filled.optimisers.discard(step.id)

    def _common(self, filled: list[_Filled]) -> RunningLoop | None:
        """The innermost loop around the step that all these backwards stand in, in this entry or an earlier one."""
        return next((loop for loop in self._loops if filled and all(one.entry_of(loop) for one in filled)), None)

    def _entry(self, loop: RunningLoop) -> int:
        """A number that changes whenever the entry does."""
        if self._entered is not loop:
            self._entered = loop
            self._entries += 1
        return self._entries

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
