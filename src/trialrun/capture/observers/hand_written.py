"""Updates written by hand, without an optimiser: leaves that changed between two backwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import torch

from trialrun import _torch
from trialrun.capture.events import Backward, Observer, Operation, Step
from trialrun.capture.ledger import Ledger
from trialrun.capture.observers.stale import HAND_WRITTEN, Print, StaleGradients, gradient_print
from trialrun.capture.readings import all_finite, fingerprint, norms, readable, total
from trialrun.capture.watch import Watch
from trialrun.evidence.model import OptimiserRecord, UpdateRecord
from trialrun.evidence.place import Where

COPY_LIMIT_BYTES = 64 * 2**20  # copies kept from one backward to the next, to measure changes


@dataclass(slots=True, eq=False)
class _Held:
    tensor: Callable[[], torch.Tensor | None]
    bits: tuple[Any, ...]
    copy: torch.Tensor | None
    gradient: Print | None  # as the backward left it

    @property
    def gradient_norm(self) -> float | None:
        return self.gradient[2] if self.gradient is not None else None


class HandWritten(Observer):
    """Compares persistent leaves at each backward with what they were after the last one.

    A change means that the program updated them in between, which is told late: at the next backward, or at the end
    (not at the next model call, which may be one of an evaluation loop: loops would mistake it for training). An
    update after the last backward is missed where the program has already let go of the leaves.
    Once a real optimiser has stepped this is off: a leaf changed by hand is then an attack or a moving average.
    """

    kinds: ClassVar[tuple[str, ...]] = ("update",)

    def __init__(self, watch: Watch, ledger: Ledger, stale: StaleGradients) -> None:
        self._watch = watch
        self._ledger = ledger
        self._stale = stale
        self._held: dict[int, _Held] = {}
        self._starts: set[int] = set()  # addresses of what is held
        self._written: set[int] = set()  # those that an operation in place has written to since
        self._where: Where | None = None
        self._off = False
        self._loss: float | None = None
        self._backwards = 0
        self._record = OptimiserRecord(HAND_WRITTEN, "hand-written", None, 0)

    def step_begins(self, step: Step) -> None:
        self._off = True
        self._held.clear()
        self._starts.clear()

    def operation(self, op: Operation) -> None:
        if op.in_place and self._starts and not self._off and op.outputs:
            target = op.outputs[0]
            if readable(target) and target.layout == torch.strided and target.data_ptr() in self._starts:
                self._where = self._watch.position.where()
                self._written.add(target.data_ptr())

    def settle(self) -> None:
        if not self._off:
            self._compare()

    def backward_ended(self, event: Backward) -> None:
        if self._off:
            return
        self._loss = event.value
        self._backwards += 1
        held: dict[int, _Held] = {}
        size = 0
        for leaf in event.reached.values():
            if not readable(leaf) or leaf.layout != torch.strided or self._is_optimised(leaf):
                continue
            size += leaf.nbytes
            copy = leaf.detach().clone() if size <= COPY_LIMIT_BYTES else None
            gradient = gradient_print(leaf)
            held[id(leaf)] = _Held(_torch.weak(leaf), fingerprint(leaf), copy, gradient)
        self._held = held
        self._written.clear()
        self._starts = {leaf.data_ptr() for leaf in event.reached.values() if id(leaf) in held}

    def _is_optimised(self, leaf: torch.Tensor) -> bool:
        """Whether an optimiser holds it: then a change by hand is part of a method such as SAM."""
        entry = self._ledger.find(leaf)
        return entry is not None and bool(entry.optimisers - {HAND_WRITTEN})

    def _compare(self) -> None:
        changed: list[tuple[_Held, torch.Tensor]] = []
        seen = 0
        for held in self._held.values():
            tensor = held.tensor()
            if tensor is None:
                continue
            seen += 1
            start = tensor.data_ptr()
            touched = start in self._written or start not in self._starts  # or `weight.data = ...`
            # A weight that is NaN already keeps its bits, whatever is added to it.
            if fingerprint(tensor) != held.bits or (touched and not all_finite(tensor)):
                changed.append((held, tensor))
        if changed:
            self._report(changed, seen)
            self._held.clear()
            self._starts.clear()

    def _report(self, changed: list[tuple[_Held, torch.Tensor]], seen: int) -> None:
        differences = [norms([t.detach() - h.copy])[0] if h.copy is not None else None for h, t in changed]
        tensors = [tensor for _, tensor in changed]
        for (held, tensor), difference in zip(changed, differences, strict=True):
            entry = self._ledger.of(tensor)
            entry.optimisers.add(HAND_WRITTEN)
            entry.add_norm(held.gradient_norm)
            entry.changes += 1
            if held.copy is not None and entry.weight_norm is None:
                entry.weight_norm = norms([held.copy])[0]
                entry.update_ratio = difference / entry.weight_norm if difference and entry.weight_norm else None
        stale = self._stale.consumed_again(HAND_WRITTEN, tensors)
        self._stale.consume(HAND_WRITTEN, tensors, [held.gradient for held, _ in changed])
        self._watch.write(
            UpdateRecord(
                step=self._watch.steps,
                optimiser=HAND_WRITTEN,
                where=self._where,
                learning_rates=(),
                loss=self._loss,
                gradient_norm=total(held.gradient_norm for held, _ in changed),
                update_norm=total(differences),
                parameters_changed=len(changed),
                nonfinite_parameters=sum(not all_finite(tensor) for tensor in tensors),
                backwards=self._backwards,
                stale_parameters=stale,
                seconds=time.perf_counter() - self._watch.last_update_s,
            )
        )
        self._backwards = 0
        old = self._record
        self._record = OptimiserRecord(
            HAND_WRITTEN, "hand-written", None, seen, old.steps + 1, old.steps_with_lr + 1, True, True, 0, self._where
        )
        self._watch.write(self._record)
        self._watch.notice_update(HAND_WRITTEN)
