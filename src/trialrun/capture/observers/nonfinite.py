"""The first operation of a step that turned finite inputs into NaN or infinity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch

from trialrun import _torch
from trialrun.capture.events import Backward, ModuleCall, Observer, Operation, Step, Update
from trialrun.capture.names import MASKS, UNCOMPUTED
from trialrun.capture.readings import all_finite, elements, readable
from trialrun.capture.watch import Watch
from trialrun.evidence.tensors import NonFinite

MAX_RECORDS = 3  # later ones follow from the first


@dataclass(frozen=True, slots=True)
class _Suspect:
    record: NonFinite
    after_infinity: bool  # an input already held an infinity


class FirstNonFinite(Observer):
    """Looks at each float output of a closely watched step, and speaks only if loss or gradients became non-finite.

    For a NaN the first operation that made a NaN is named; if infinities flowed into it that no mask had put there,
    the operation that made these.
    """

    kinds: ClassVar[tuple[str, ...]] = ("nonfinite",)

    def __init__(self, watch: Watch, current: Callable[[], ModuleCall | None]) -> None:
        self._watch = watch
        self._current = current
        self._nan: _Suspect | None = None
        self._infinite: _Suspect | None = None
        self._known: dict[int, Callable[[], torch.Tensor | None]] = {}  # tensors seen to be non-finite
        self._reported = False
        self._written = 0

    def operation(self, op: Operation) -> None:
        if not op.grad_enabled or op.name in UNCOMPUTED or self._written >= MAX_RECORDS:
            return
        for output in op.outputs:
            if output.is_floating_point() and readable(output) and output.numel():
                with _torch.reading():
                    if not all_finite(output):
                        self._examine(op, output)
                    elif op.in_place:
                        self._known.pop(id(output), None)

    def _examine(self, op: Operation, output: torch.Tensor) -> None:
        inputs = [t for t in op.inputs if readable(t) and t.is_floating_point() and t.numel()]
        if op.in_place:  # its first input is its output by now
            before_known = self._is_known(output)
            inputs = inputs[1:]
        else:
            before_known = False
        self._known[id(output)] = _torch.weak(output)
        held = elements(output)
        has_nan = bool(torch.isnan(held).any())
        nan_before = before_known or any(bool(torch.isnan(elements(t)).any()) for t in inputs)
        infinity_before = before_known or any(bool(torch.isinf(elements(t)).any()) for t in inputs)
        if has_nan and not nan_before and self._nan is None:
            self._nan = _Suspect(self._describe(op, inputs, held, "nan"), infinity_before)
        elif not has_nan and not infinity_before and op.name not in MASKS and self._infinite is None:
            self._infinite = _Suspect(self._describe(op, inputs, held, "inf"), False)

    def _is_known(self, tensor: torch.Tensor) -> bool:
        reference = self._known.get(id(tensor))
        return reference is not None and reference() is tensor

    def _describe(self, op: Operation, inputs: list[torch.Tensor], held: torch.Tensor, kind: str) -> NonFinite:
        bad = torch.isnan(held) if kind == "nan" else torch.isinf(held)
        call = self._current()
        ranges = tuple((float(t.min()), float(t.max())) for t in map(elements, inputs[:4]))
        return NonFinite(
            step=self._watch.steps,
            operation=op.name,
            kind=kind,
            where=self._watch.position.where(),
            module=call.name if call is not None and call.is_inside_model else None,
            share=float(bad.sum()) / held.numel(),
            input_ranges=ranges,
        )

    def backward_begins(self, event: Backward) -> None:
        if self._watch.close and event.value is not None and not _finite(event.value):
            self._report(nan=event.value != event.value)

    def step_begins(self, step: Step) -> None:
        if not self._watch.close or self._reported:
            return
        gradients = [p.grad for p in step.parameters if p.grad is not None and readable(p.grad)]
        bad = next((g for g in gradients if not all_finite(g)), None)
        if bad is None:
            return
        held = elements(bad)
        nan = bool(torch.isnan(held).any())
        if not self._report(nan):
            share = float((~torch.isfinite(held)).sum()) / held.numel()
            kind = "nan" if nan else "inf"
            self._write(NonFinite(self._watch.steps, "backward", kind, step.where, None, share))

    def _report(self, nan: bool) -> bool:
        suspect = self._nan if nan else self._infinite or self._nan
        if suspect is None or (nan and suspect.after_infinity):
            suspect = self._infinite or suspect
        if suspect is None or self._reported:
            return self._reported
        self._write(suspect.record)
        return True

    def _write(self, record: NonFinite) -> None:
        self._reported = True
        self._written += 1
        if self._written <= MAX_RECORDS:
            self._watch.write(record)

    def updated(self, update: Update) -> None:
        self._nan = self._infinite = None
        self._reported = False
        self._known.clear()


def _finite(value: float) -> bool:
    return value - value == 0.0
