"""In-place operations, remembered for the case that a backward fails over one of them."""

from __future__ import annotations

from collections.abc import Callable

from trialrun import _torch
from trialrun.capture.crash import CrashContext
from trialrun.capture.events import ModuleCall, Observer, Operation, Step
from trialrun.capture.readings import dtype_name, readable
from trialrun.capture.watch import Watch
from trialrun.evidence.program import InPlaceChange

MAX_SHAPES = 200  # of the parameters of one optimiser


class InPlaceChanges(Observer):
    """Leaves the last in-place changes to the crash context: autograd's own message has a version, but no line."""

    def __init__(self, watch: Watch, crash: CrashContext, current: Callable[[], ModuleCall | None]) -> None:
        self._watch = watch
        self._changes = crash.changes
        self._current = current

    def operation(self, op: Operation) -> None:
        if not op.inputs or not (op.in_place or op.kwargs.get("inplace") is True):
            return
        changed = op.inputs[0]
        if _torch.is_lazy(changed) or changed.is_inference() or _torch.has_own_dispatch(changed):
            return
        call = self._current()
        self._changes.append(
            InPlaceChange(
                op.name,
                self._watch.position.where(),
                tuple(changed.shape),
                dtype_name(changed.dtype),
                changed._version,
                call.name or type(call.module).__name__ if call else None,
            )
        )

    def step_ended(self, step: Step) -> None:
        if self._watch.close:
            shapes = dict.fromkeys(tuple(tensor.shape) for tensor in step.parameters[:MAX_SHAPES] if readable(tensor))
            name = f"{type(step.optimiser).__name__}.step"
            self._changes.append(InPlaceChange(name, step.where, parameter_shapes=tuple(shapes)))
