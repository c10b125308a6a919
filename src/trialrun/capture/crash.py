"""Which operation and module an exception came out of."""

from __future__ import annotations

import reprlib
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture.events import ModuleCall
from trialrun.capture.loss_values import usable, value_range
from trialrun.capture.names import LOSSES
from trialrun.capture.provenance import bare_layer, came_from
from trialrun.capture.readings import dtype_name, tensors_in
from trialrun.evidence.program import CallContext, LossInput

MAX_TEXT = 120
MAX_ARGUMENTS = 8


class CrashContext:
    """Remembers, as text alone, the last operation and module that raised.

    Exceptions are recognised by identity, class and message, and not kept: they hold the frames that hold tensors.
    """

    def __init__(self) -> None:
        self._operation: tuple[tuple[int, str, str], str, tuple[str, ...]] | None = None
        self._loss_input: LossInput | None = None  # of that operation
        self._module: tuple[tuple[int, str, str], str, str, str, tuple[tuple[int, ...], ...]] | None = None

    def operation_raised(self, error: BaseException, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        key = _key(error)
        if self._operation is None or self._operation[0] != key:  # the innermost raises first
            described = [_describe(_NAMES.get((name, i), f"argument {i + 1}"), arg) for i, arg in enumerate(args)]
            described += [_describe(word, value) for word, value in kwargs.items()]
            self._operation = (key, name, tuple(described[:MAX_ARGUMENTS]))
            self._loss_input = None
            if name in LOSSES:
                with _torch.reading():
                    self._loss_input = _loss_input([*args, *kwargs.values()])

    def module_raised(self, error: BaseException, call: ModuleCall) -> None:
        key = _key(error)
        if self._module is None or self._module[0] != key:
            shapes = tuple(tuple(tensor.shape) for tensor in tensors_in(call.inputs))
            text = " ".join(repr(call.module).split())
            text = text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 3] + "..."
            self._module = (key, call.name, type(call.module).__name__, text, shapes)

    def of(self, error: BaseException) -> CallContext | None:
        """The context of ``error``, or of the exception it was raised from; None where nothing of ours saw it."""
        seen: set[int] = set()
        current: BaseException | None = error
        while current is not None and id(current) not in seen:
            seen.add(id(current))
            key = _key(current)
            operation = self._operation if self._operation and self._operation[0] == key else None
            module = self._module if self._module and self._module[0] == key else None
            if operation or module:
                name, arguments = (operation[1], operation[2]) if operation else (f"{module[2]}.forward", ())  # type: ignore[index]
                given = self._loss_input if operation else None
                if module is None:
                    return CallContext(name, arguments, loss_input=given)
                return CallContext(name, arguments, module[1], module[2], module[3], module[4], given)
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
        return f"{name}: {dtype_name(value.dtype)} {tuple(value.shape)} {value.device}"
    return f"{name}: {_short.repr(value)}"


_short = reprlib.Repr()
_short.maxother = _short.maxstring = 60
