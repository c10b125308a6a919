"""Updates written by hand that make new leaves: ``w = (w - lr * w.grad).detach().requires_grad_()``."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import ClassVar

import torch

from trialrun.capture.events import Backward, Observer, Step
from trialrun.capture.observers.stale import HAND_WRITTEN
from trialrun.capture.readings import norms, readable, total
from trialrun.capture.watch import Watch
from trialrun.evidence.model import OptimiserRecord, UpdateRecord

COPY_LIMIT_BYTES = 16 * 2**20  # of values and gradients kept from one backward to the next
# Cosine between change and gradient. A plain gradient step is parallel up to rounding; fresh inputs that require
# gradient (FGSM, physics-informed networks) are independent of the old ones and their gradients.
PARALLEL = 0.99


@dataclass(slots=True, eq=False)
class _Old:
    identity: int
    value: torch.Tensor
    gradient: torch.Tensor


class ReplacedLeaves(Observer):
    """Compares the leaves of a backward with those of the one before it, where not one of these is among them.

    If every new leaf is an old one moved along its gradient, the program has updated them. Once a real optimiser has
    stepped this is off.
    """

    kinds: ClassVar[tuple[str, ...]] = ("update",)

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._old: list[_Old] = []
        self._off = False
        self._loss: float | None = None
        self._steps = 0

    def step_begins(self, step: Step) -> None:
        self._off = True
        self._old = []

    def backward_ended(self, event: Backward) -> None:
        self._old = []
        if self._off or not self._watch.close or not event.accumulates:
            return
        self._loss = event.value
        leaves = list(event.reached.values())
        if all(map(_held, leaves)) and 2 * sum(leaf.nbytes for leaf in leaves) <= COPY_LIMIT_BYTES:
            self._old = [_Old(id(leaf), leaf.detach().clone(), leaf.grad.detach().clone()) for leaf in leaves]  # type: ignore[union-attr]

    def backward_begins(self, event: Backward) -> None:
        old, self._old = self._old, []
        new = list(event.reached.values())
        if self._off or not old or len(old) != len(new) or {entry.identity for entry in old} & set(event.reached):
            return
        changes = [_change(entry, leaf) for entry, leaf in zip(old, new, strict=True)]
        if all(change is not None for change in changes):
            self._report(old, changes, event)

    def _report(self, old: list[_Old], changes: list[float | None], event: Backward) -> None:
        where = self._watch.position.where()
        self._steps += 1
        self._watch.write(
            UpdateRecord(
                step=self._watch.steps,
                optimiser=HAND_WRITTEN,
                where=where,
                learning_rates=(),
                loss=self._loss,
                gradient_norm=total(norms(entry.gradient for entry in old)),
                update_norm=total(changes),
                parameters_changed=len(old),
                seconds=time.perf_counter() - self._watch.last_update_s,
            )
        )
        self._watch.write(
            OptimiserRecord(
                HAND_WRITTEN, "hand-written", None, len(old), self._steps, self._steps, True, True, 0, where
            )
        )
        self._watch.notice_update(HAND_WRITTEN)


def _held(leaf: torch.Tensor) -> bool:
    return readable(leaf) and leaf.layout == torch.strided and leaf.grad is not None and readable(leaf.grad)


def _change(old: _Old, new: torch.Tensor) -> float | None:
    """Length of the step from the old leaf to the new one; None unless it is one along the gradient."""
    if not readable(new) or new.shape != old.value.shape:
        return None
    change = (new.detach() - old.value).flatten().float()
    gradient = old.gradient.flatten().float()
    change_norm, gradient_norm = norms([change, gradient])
    if not change_norm or not gradient_norm:
        return 0.0 if change_norm == gradient_norm else None
    cosine = float(torch.dot(change, gradient)) / (change_norm * gradient_norm)
    return change_norm if abs(cosine) > PARALLEL else None
