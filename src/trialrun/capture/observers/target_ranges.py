"""Targets that a loss can't take: class indices beyond the classes, binary targets beyond 0..1."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeGuard

import torch
import torch.nn.functional as F

from trialrun import _torch
from trialrun.capture.events import Backward, Observer, Operation, Update
from trialrun.capture.provenance import came_from, enters_elsewhere, origin
from trialrun.capture.readings import readable
from trialrun.capture.watch import Watch
from trialrun.evidence.place import Where
from trialrun.evidence.targets import TargetRange

BINARY = {
    "binary_cross_entropy": F.binary_cross_entropy,
    "binary_cross_entropy_with_logits": F.binary_cross_entropy_with_logits,
}
MAX_TRACED = 3  # calls at one line whose backward is looked into
MAX_CLASSES = 100_000  # above it, indices are positions rather than classes, and sets of them would grow


@dataclass
class _Place:
    """What was met at one line."""

    operation: str
    where: Where | None
    classes: int | None
    minimum: float
    maximum: float
    outside: int = 0
    elements: int = 0
    example: float = 0.0
    raised: bool = False
    used: bool = False
    likelihood: bool = True
    repeated: bool = False  # the same scores were picked from more than once
    traced: int = 0
    elsewhere: bool = False
    values: set[int] = field(default_factory=set)

    def record(self) -> TargetRange:
        picked = self.classes is not None and not self.raised
        alike = picked and (self.repeated or all(value < 0 for value in self.values))  # places, rather than labels
        collides = self.classes is not None and any(v < 0 and v + self.classes in self.values for v in self.values)
        return TargetRange(
            self.operation,
            self.where,
            self.classes,
            self.minimum,
            self.maximum,
            self.outside,
            self.elements,
            self.example,
            self.raised,
            self.used and not alike,
            self.elsewhere,
            collides and self.likelihood,
        )


class TargetRanges(Observer):
    """Writes a ``TargetRange`` for each line that met targets beyond its range."""

    kinds: ClassVar[tuple[str, ...]] = ("target_range",)
    operations = frozenset(BINARY) | {"getitem"}

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._places: dict[tuple[str, Where | None], _Place] = {}
        self._written: dict[tuple[str, Where | None], TargetRange] = {}
        self._calls = 0
        self._waiting: dict[int, _Place] = {}  # binary losses whose backward has not come yet
        self._last: tuple[Callable[[], torch.Tensor | None], _Place] | None = None  # the scores last picked from

    # -- accepted in silence

    def operation(self, op: Operation) -> None:
        if not op.grad_enabled or not op.outputs or op.outputs[0].grad_fn is None:
            return
        if op.name == "getitem":
            index = _class_index(op.args[1]) if len(op.args) == 2 else None
            if index is not None and op.inputs:
                with _torch.reading():
                    self._picked(op, op.inputs[0], *index)
        else:
            with _torch.reading():
                self._binary(op)

    def _picked(self, op: Operation, scores: torch.Tensor, axis: int, index: torch.Tensor) -> None:
        """``scores[rows, index]``: NumPy's way of counting from the end makes class -1 the last one."""
        classes = scores.shape[axis] if axis < scores.ndim else 0
        if axis != scores.ndim - 1 or not 2 <= classes <= MAX_CLASSES or not index.numel():
            return
        source = came_from(scores)[0]
        if source not in ("softmax", "log_softmax"):
            if not bool((index < 0).any()) or not _log_probabilities(scores):
                return
            source = "log_softmax"  # written by hand
        place = self._met(op.name, classes, index)
        place.likelihood &= source == "log_softmax"
        if index.numel() > scores.shape[0]:  # several a row at once: neighbours of a class, round a circle
            place.repeated = True
        if self._last is not None and self._last[0]() is scores:
            place.repeated = self._last[1].repeated = True
        self._last = (_torch.weak(scores), place)
        place.values.update(torch.unique(index).tolist())
        wrong = index < 0
        if not bool(wrong.any()):
            return
        self._outside(place, index, wrong)
        node, result = op.outputs[0].grad_fn, op.outputs[0].shape
        if node is not None and result == index.shape:
            node.register_prehook(self._flows(place, wrong))

    def _flows(self, place: _Place, wrong: torch.Tensor) -> Callable[[Any], None]:
        """Notice a gradient at those that are ``wrong``: a mask after the picking leaves none."""

        def look(gradients: Any) -> None:
            with _torch.reading():
                gradient = gradients[0] if gradients else None
                if gradient is not None and gradient.shape == wrong.shape and bool(gradient[wrong].any()):
                    place.used = True

        return look

    def _binary(self, op: Operation) -> None:
        options = inspect.signature(BINARY[op.name]).bind(*op.args, **op.kwargs)
        options.apply_defaults()
        given = options.arguments
        prediction, target = given["input"], given["target"]
        if given["weight"] is not None or given["reduction"] == "none" or given["reduce"] is False:
            return  # a mask may follow, or is the weight
        if not readable(prediction) or not readable(target) or prediction.shape != target.shape or not target.numel():
            return
        wrong = (target < 0) | (target > 1)
        if not bool(wrong.any()):
            return
        held = target[wrong]
        scores = prediction.detach()[wrong]
        whole = bool((held == held.round()).all())
        masked = bool((scores == (0 if op.name.endswith("logits") else scores[0])).all())
        if not whole or masked:  # extrapolated or noisy labels; predictions blotted out where there is no target
            return
        place = self._met(op.name, None, target)
        self._outside(place, target, wrong)
        place.used = True
        if place.traced < MAX_TRACED and (node := origin(prediction)) is not None:
            place.traced += 1
            self._calls += 1
            _torch.tag(node)["targets"] = _torch.tag(op.outputs[0].grad_fn)["targets loss"] = self._calls
            self._waiting[self._calls] = place

    def backward_begins(self, event: Backward) -> None:
        for mark in event.marks:
            place = self._waiting.pop(mark.get("targets loss", -1), None)
            if place is not None:
                call = mark["targets loss"]
                place.elsewhere |= enters_elsewhere(event.losses, ("targets", call), ("targets loss", call))

    # -- refused

    def operation_raised(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = [*args, *kwargs.values()]
        if name in ("cross_entropy", "nll_loss", "nll_loss_nd", "cross_entropy_loss") and len(given) > 1:
            prediction, target = given[0], kwargs.get("target", given[1])
            ignored = kwargs.get("ignore_index", args[4] if len(args) > 4 else -100)
            axis = 1 if isinstance(prediction, torch.Tensor) and prediction.ndim > 1 else 0
            self._refused(name, prediction, axis, target, ignored)
        elif name == "one_hot" and given and _is_index(given[0]):
            width = kwargs.get("num_classes", args[1] if len(args) > 1 else -1)
            self._beyond(name, width if width > 0 else None, given[0])
        elif name == "getitem" and len(args) == 2 and (index := _class_index(args[1])) is not None:
            if _probabilities(args[0]):
                self._refused(name, args[0], *index, None)
        elif name == "gather" and len(args) == 3 and isinstance(args[1], int) and _probabilities(args[0]):
            self._refused(name, args[0], args[1], args[2], None)

    def _refused(self, name: str, prediction: Any, axis: int, target: Any, ignored: int | None) -> None:
        if isinstance(prediction, torch.Tensor) and _is_index(target) and -prediction.ndim <= axis < prediction.ndim:
            known = target if ignored is None else target[target != ignored]
            self._beyond(name, prediction.shape[axis], known)

    def _beyond(self, name: str, classes: int | None, target: torch.Tensor) -> None:
        if target.device.type != "cpu" or not target.numel():
            return  # what an accelerator refused can no longer be read
        wrong = target < 0 if classes is None else (target < 0) | (target >= classes)
        if not bool(wrong.any()):
            return  # it was refused for another reason
        place = self._met(name, classes, target)
        self._outside(place, target, wrong)
        place.raised = True

    # -- counting

    def _met(self, operation: str, classes: int | None, target: torch.Tensor) -> _Place:
        where = self._watch.position.where()
        low, high = float(target.min()), float(target.max())
        place = self._places.setdefault((operation, where), _Place(operation, where, classes, low, high))
        place.minimum, place.maximum = min(place.minimum, low), max(place.maximum, high)
        place.elements += target.numel()
        return place

    def _outside(self, place: _Place, target: torch.Tensor, wrong: torch.Tensor) -> None:
        if not place.outside:
            place.example = float(target[wrong][0])
        place.outside += int(wrong.sum())

    def updated(self, update: Update) -> None:
        self._write()

    def finish(self) -> None:
        self._write()

    def _write(self) -> None:
        for key, place in self._places.items():
            if place.outside and (record := place.record()) != self._written.get(key):
                self._written[key] = record
                self._watch.write(record)


def _probabilities(value: object) -> bool:
    return isinstance(value, torch.Tensor) and came_from(value)[0] in ("softmax", "log_softmax")


def _log_probabilities(scores: torch.Tensor) -> bool:
    sums = scores.detach().float().exp().sum(-1)
    return bool(((sums - 1).abs() < 1e-3).all())


def _is_index(value: object) -> TypeGuard[torch.Tensor]:
    return readable(value) and not value.is_floating_point() and value.dtype != torch.bool


def _class_index(index: object) -> tuple[int, torch.Tensor] | None:
    """The axis and the tensor of ``[rows, index]``: one index a row, the rows given as a tensor, a range or a list."""
    if not isinstance(index, tuple) or len(index) != 2:
        return None
    rows, columns = index
    if not isinstance(rows, (torch.Tensor, range, list)) or not _is_index(columns):
        return None
    return 1, columns
