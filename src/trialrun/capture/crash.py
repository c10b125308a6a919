"""Which operation and module an exception came out of."""

from __future__ import annotations

import reprlib
from collections import deque
from dataclasses import dataclass, replace
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture import scene
from trialrun.capture.events import ModuleCall
from trialrun.capture.loss_values import usable, value_range
from trialrun.capture.names import LOSSES
from trialrun.capture.provenance import bare_layer, came_from
from trialrun.capture.readings import dtype_name, readable, tensors_in
from trialrun.evidence.place import Where
from trialrun.evidence.program import CallContext, InPlaceChange, LossInput

MAX_TEXT = 120
MAX_ARGUMENTS = 8
RECENT = 48  # in-place changes remembered
NO_NUMBERS = (
    "numpy.object_",
    "numpy.str_",
    "numpy.datetime64",
    "too many dimensions 'str'",
    "could not convert string to float",
    "could not determine the shape of object type 'DataFrame'",
    "expected np.ndarray (got DataFrame)",
)


@dataclass(frozen=True)
class _Raised:
    """What an exception came out of, as text alone."""

    key: tuple[int, str, str]
    context: CallContext


class CrashContext:
    """Remembers, as text alone, the last operation and module that raised.

    Exceptions are recognised by identity, class and message, and not kept: they hold the frames that hold tensors.
    """

    def __init__(self) -> None:
        self.changes: deque[InPlaceChange] = deque(maxlen=RECENT)
        self.earlier_backward: Where | None = None
        self._operation: _Raised | None = None
        self._module: _Raised | None = None

    def operation_raised(self, error: BaseException, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        key = _key(error)
        if self._operation is not None and self._operation.key == key:  # the innermost raises first
            return
        described = [_describe(_NAMES.get((name, i), f"argument {i + 1}"), arg) for i, arg in enumerate(args)]
        described += [_describe(word, value) for word, value in kwargs.items() if value is not None]
        context = CallContext(name, tuple(described[:MAX_ARGUMENTS]))
        if name == "backward":
            context = replace(context, changes=tuple(self.changes), earlier_backward=self.earlier_backward)
        elif any(words in str(error) for words in NO_NUMBERS):
            context = replace(context, columns=scene.text_columns(list(args), list(scene.callers())))
        if name in LOSSES:
            with _torch.reading():
                context = replace(context, loss_input=_loss_input([*args, *kwargs.values()]))
        self._operation = _Raised(key, context)

    def optimiser_raised(self, error: BaseException, name: str, parameters: object, used_up: bool) -> None:
        given = f"{type(parameters).__name__}{', used up before' if used_up else ''}"
        modules = scene.modules_without_parameters(list(scene.callers()))
        self._operation = _Raised(_key(error), CallContext(name, (f"params: {given}",), own_modules=modules))

    def module_raised(self, error: BaseException, call: ModuleCall) -> None:
        key = _key(error)
        if self._module is None or self._module.key != key:
            tensors = list(tensors_in(call.given))
            text = " ".join(repr(call.module).split())
            text = text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 3] + "..."
            held = [*call.module.parameters(), *call.module.buffers()]
            kinds = (f"{dtype_name(t.dtype)} {t.device}" for t in held if t.is_floating_point())
            context = CallContext(
                f"{type(call.module).__name__}.forward",
                (),
                call.name,
                type(call.module).__name__,
                text,
                tuple(tuple(tensor.shape) for tensor in tensors),
                tuple(_kind(tensor) for tensor in tensors),
                tuple(dict.fromkeys(kinds)),
            )
            self._module = _Raised(key, context)

    def of(self, error: BaseException) -> CallContext | None:
        """The context of ``error``, or of the exception it was raised from; None where nothing of ours saw it."""
        seen: set[int] = set()
        current: BaseException | None = error
        while current is not None and id(current) not in seen:
            seen.add(id(current))
            key = _key(current)
            operation = self._operation.context if self._operation and self._operation.key == key else None
            module = self._module.context if self._module and self._module.key == key else None
            if operation and module:
                return replace(
                    module,
                    operation=operation.operation,
                    arguments=operation.arguments,
                    columns=operation.columns,
                    loss_input=operation.loss_input,
                )
            if operation or module:
                return operation or module
            if any(words in str(current) for words in NO_NUMBERS):  # `torch.FloatTensor(...)` and `astype` are not seen
                return CallContext("", (), columns=scene.text_columns([], scene.frames_of(current)))
            current = current.__cause__ or current.__context__
        return None


_NAMES = {
    ("backward", 0): "tensor",
} | {
    (function, index): name
    for function in ("linear", "conv1d", "conv2d", "conv3d", "cross_entropy", "nll_loss", "mse_loss", "embedding")
    for index, name in enumerate(
        ("input", "target")
        if function.endswith(("loss", "entropy"))
        else ("input", "weight", "bias")
    )
}  # fmt: skip


def _key(error: BaseException) -> tuple[int, str, str]:
    return (id(error), type(error).__name__, str(error)[:200])


def _loss_input(values: list[Any]) -> LossInput | None:
    tensors = [value for value in values if usable(value)]
    if not tensors:
        return None
    target_range = value_range(tensors[1]) if len(tensors) > 1 else None
    return LossInput(value_range(tensors[0]), target_range, bare_layer(tensors[0])[0], came_from(tensors[0])[0])


def _describe(name: str, value: object) -> str:
    if isinstance(value, torch.Tensor):
        return f"{name}: {_kind(value)}{_values(value)}"
    if type(value).__name__ in ("ndarray", "DataFrame", "Series"):
        return f"{name}: {type(value).__name__} {getattr(value, 'dtype', '')} {getattr(value, 'shape', '')}"
    if isinstance(value, (list, tuple)) and any(True for _ in tensors_in(value)):
        return f"{name}: [{', '.join(_kind(tensor) for tensor in tensors_in(value))}]"
    return f"{name}: {_short.repr(value)}"


def _kind(tensor: torch.Tensor) -> str:
    return f"{dtype_name(tensor.dtype)} {tuple(tensor.shape)} {tensor.device}"


def _values(tensor: torch.Tensor) -> str:
    """The range of integers: they are labels or indices. A device that has failed an assertion tells nothing more."""
    integers = (torch.int64, torch.int32, torch.int16, torch.uint8)
    if tensor.dtype not in integers or not tensor.numel() or not readable(tensor):
        return ""
    try:
        return f", values {int(tensor.min())}..{int(tensor.max())}"
    except RuntimeError:
        return ""


_short = reprlib.Repr()
_short.maxother = _short.maxstring = 60
