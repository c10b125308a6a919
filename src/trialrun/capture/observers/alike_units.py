"""Units of a layer that start alike: whether their gradients ever tell them apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import torch

from trialrun import _torch
from trialrun.capture.events import ModuleCall, Observer, Operation, Step, Update
from trialrun.capture.ledger import Ledger
from trialrun.capture.readings import readable
from trialrun.capture.watch import Watch
from trialrun.evidence.place import Where
from trialrun.evidence.symmetry import AlikeUnits

MAX_ELEMENTS = 2**22
MAX_WRITERS = 512  # places of initialisation remembered
LAYERS = (
    torch.nn.Linear,
    torch.nn.Conv1d,
    torch.nn.Conv2d,
    torch.nn.Conv3d,
)


@dataclass(slots=True, eq=False)
class _Layer:
    weight: Callable[[], torch.Tensor | None]
    cls: str
    first: torch.Tensor  # the first unit at first sight, a copy
    updates: int = 0
    moving: int = 0
    gradient: float = 0.0
    spread: float = 0.0
    initialised: Where | None = None


class AlikeUnitsOfLayers(Observer):
    """Looks once at the weight of each layer that runs, and follows those whose rows are all equal."""

    kinds: ClassVar[tuple[str, ...]] = ("alike_units",)
    operations = frozenset(
        {"constant", "ones", "zeros", "fill", "zero", "full", "copy", "eye", "ones_like", "full_like"}
    )

    def __init__(self, watch: Watch, ledger: Ledger) -> None:
        self._watch = watch
        self._ledger = ledger
        self._known: dict[int, Callable[[], torch.Tensor | None]] = {}  # weights looked at, by id
        self._layers: dict[int, _Layer] = {}
        self._writers: dict[int, Where | None] = {}  # by address of the storage

    def operation(self, op: Operation) -> None:
        early = self._watch.steps == 0 and len(self._writers) < MAX_WRITERS
        if early and op.outputs and op.outputs[0].ndim >= 2 and readable(op.outputs[0]):
            self._writers[op.outputs[0].data_ptr()] = self._watch.position.where()

    def module_entered(self, call: ModuleCall) -> None:
        if not call.grad_enabled or not self._watch.close or not isinstance(call.module, LAYERS):
            return
        weight = call.module._parameters.get("weight")
        if weight is None or _torch.is_lazy(weight):
            return
        known = self._known.get(id(weight))
        if known is not None and known() is weight:
            return
        self._known[id(weight)] = _torch.weak(weight)
        if (
            weight._backward_hooks
            or not readable(weight)
            or weight.shape[0] < 2
            or not 2 <= weight.numel() <= MAX_ELEMENTS
        ):
            return
        rows = weight.detach().flatten(1)
        if rows.shape[1] and bool((rows == rows[0]).all()):
            place = self._writers.get(weight.data_ptr())
            layer = _Layer(_torch.weak(weight), type(call.module).__name__, rows[0].clone(), initialised=place)
            self._layers[id(weight)] = layer

    def step_begins(self, step: Step) -> None:
        if self._layers and self._watch.close and not step.has_closure:
            self._take(step.parameters)

    def _take(self, parameters: list[torch.Tensor]) -> None:
        for tensor in parameters:
            layer = self._layers.get(id(tensor))
            if layer is None or layer.weight() is not tensor or tensor.grad is None or not readable(tensor.grad):
                continue
            rows = tensor.grad.detach().flatten(1)
            layer.updates += 1
            layer.gradient = max(layer.gradient, float(torch.linalg.vector_norm(rows[0]).item()))
            layer.spread = max(layer.spread, _spread(rows))

    def step_ended(self, step: Step) -> None:
        for tensor in step.parameters if self._layers else ():
            layer = self._layers.get(id(tensor))
            if layer is not None and layer.weight() is tensor and tensor.grad is not None:
                layer.moving += not torch.equal(tensor.detach().flatten(1)[0], layer.first)

    def updated(self, update: Update) -> None:
        if self._watch.close:
            self.finish()

    def finish(self) -> None:
        for key, layer in list(self._layers.items()):
            weight = layer.weight()
            if weight is None or not layer.updates:
                continue
            record = self._record(layer, weight)
            self._watch.write(record)
            if record.spread > max(record.change, 1e-12) and layer.updates > 1:
                del self._layers[key]  # told apart for good

    def _record(self, layer: _Layer, weight: Any) -> AlikeUnits:
        entry = self._ledger.of(weight)
        rows = weight.detach().flatten(1)
        change = float(torch.linalg.vector_norm(rows[0] - layer.first).item())
        return AlikeUnits(
            name=entry.name,
            root=entry.root,
            cls=layer.cls,
            units=rows.shape[0],
            fan_in=rows.shape[1],
            loaded=entry.loaded,
            updates=layer.updates,
            moving_updates=layer.moving,
            change=change if math.isfinite(change) else 0.0,
            spread=_spread(rows),
            gradient=layer.gradient,
            gradient_spread=layer.spread,
            initialised=layer.initialised,
        )


def _spread(rows: torch.Tensor) -> float:
    """The largest distance of a row from the first; infinite where it is not a number."""
    found = float(torch.linalg.vector_norm(rows - rows[0], dim=1).max().item())
    return found if math.isfinite(found) else math.inf
