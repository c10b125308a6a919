"""Steps that are given gradients with NaN or infinity, and the operation whose derivative was infinite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch

from trialrun import _torch
from trialrun.capture.events import Backward, Observer, Operation, Step, Update
from trialrun.capture.ledger import Ledger
from trialrun.capture.readings import all_finite, elements, readable
from trialrun.capture.watch import Watch
from trialrun.evidence.gradients import BrokenGradient
from trialrun.evidence.place import Where

MAX_RECORDS = 3  # later ones follow from the first


@dataclass(frozen=True, slots=True)
class _Singular:
    operation: str
    where: Where | None
    point: str
    elements: int


def _at_zero(op: Operation) -> torch.Tensor | None:
    return op.inputs[0] == 0


def _at_one(op: Operation) -> torch.Tensor | None:
    return op.inputs[0].abs() == 1


def _root_at_zero(op: Operation) -> torch.Tensor | None:
    exponent = op.args[1] if len(op.args) > 1 else None
    if isinstance(exponent, (int, float)) and 0 < exponent < 1:
        return op.inputs[0] == 0
    return None


def _at_origin(op: Operation) -> torch.Tensor | None:
    return (op.inputs[0] == 0) & (op.inputs[1] == 0) if len(op.inputs) > 1 else None


# Operations with a finite value and an infinite derivative somewhere.
_POINTS: dict[str, tuple[str, Callable[[Operation], torch.Tensor | None]]] = {
    "sqrt": ("0", _at_zero),
    "pow": ("0", _root_at_zero),
    "acos": ("1 or -1", _at_one),
    "arccos": ("1 or -1", _at_one),
    "asin": ("1 or -1", _at_one),
    "arcsin": ("1 or -1", _at_one),
    "atan2": ("0, 0", _at_origin),
}


class BrokenGradients(Observer):
    """Looks at the gradients of each closely watched step, and speaks only where one is not finite."""

    kinds: ClassVar[tuple[str, ...]] = ("broken_gradient",)
    operations: ClassVar[frozenset[str] | None] = frozenset(_POINTS)

    def __init__(self, watch: Watch, ledger: Ledger) -> None:
        self._watch = watch
        self._ledger = ledger
        self._singular: _Singular | None = None
        self._where: Where | None = None
        self._written = 0

    def operation(self, op: Operation) -> None:
        if self._singular or not op.grad_enabled or op.in_place or not self._watch.close:
            return
        point, find = _POINTS[op.name]
        if not op.inputs or not op.inputs[0].requires_grad or not all(map(readable, op.inputs)):
            return
        with _torch.reading():
            there = find(op)
            amount = 0 if there is None else int(there.sum())
        if amount:
            self._singular = _Singular(op.name, self._watch.position.where(), point, amount)

    def backward_ended(self, event: Backward) -> None:
        self._where = event.where

    def step_begins(self, step: Step) -> None:
        if not self._watch.close or self._written >= MAX_RECORDS:
            return
        held = [p for p in step.parameters if p.grad is not None and readable(p.grad)]
        bad = [p for p in held if p.grad is not None and not all_finite(p.grad)]
        if not bad or bad[0].grad is None:
            return
        entry, values = self._ledger.of(bad[0]), elements(bad[0].grad)
        singular = self._singular or _Singular("", None, "", 0)
        self._written += 1
        self._watch.write(
            BrokenGradient(
                step=self._watch.steps,
                optimiser=step.id,
                where=self._where,
                parameter=entry.name,
                root=entry.root,
                kind="nan" if bool(torch.isnan(values).any()) else "inf",
                share=float((~torch.isfinite(values)).sum()) / values.numel(),
                parameters=len(bad),
                held=len(held),
                operation=singular.operation,
                operation_where=singular.where,
                point=singular.point,
                elements=singular.elements,
            )
        )

    def updated(self, update: Update) -> None:
        self._singular = None
