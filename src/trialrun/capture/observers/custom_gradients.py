"""Custom ``autograd.Function`` classes, each compared once with numerical derivatives of its forward."""

from __future__ import annotations

import inspect
import os
import weakref
from typing import Any, ClassVar

import torch

from trialrun import _torch
from trialrun.capture.events import FunctionCall, Observer
from trialrun.capture.numerical_gradients import compare
from trialrun.capture.purity import backward_line, may_be_repeated
from trialrun.capture.readings import readable
from trialrun.capture.watch import Watch
from trialrun.evidence.custom_gradients import CustomGradient
from trialrun.evidence.place import Where

MAX_CLASSES = 8
MAX_ELEMENTS = 2**16  # of all inputs together: a call on float64 copies then takes about a millisecond
_PLAIN = (int, float, str, type(None), torch.dtype, torch.Size)


class CustomGradients(Observer):
    """Looks at the first call of each class that records gradients, after it returned."""

    kinds: ClassVar[tuple[str, ...]] = ("custom_gradient",)

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._seen: weakref.WeakSet[Any] = weakref.WeakSet()

    def function_called(self, call: FunctionCall) -> None:
        if call.cls in self._seen or not self._watch.close or _torch.in_backward():
            return
        copies = _copies(call.arguments)
        if copies is None:
            return
        self._seen.add(call.cls)
        if len(self._seen) > MAX_CLASSES or call.cls.__module__.startswith("torch."):
            return
        place = backward_line(call.cls)
        if place is None or not may_be_repeated(call.cls):
            return
        try:
            inputs = compare(call.apply, copies, _names(call.cls, len(copies)))
        except Exception:  # the user's code, on inputs of another kind than it was written for
            return
        where = Where(_shown(place[0], self._watch.position.where()), place[1], "backward")
        self._watch.write(CustomGradient(call.cls.__name__, where, tuple(inputs)))


def _copies(arguments: tuple[Any, ...]) -> list[Any] | None:
    """Float64 copies on the CPU; None where the call has nothing to compare, or something that cannot be copied."""
    tensors = [value for value in arguments if isinstance(value, torch.Tensor)]
    if sum(value.numel() for value in tensors) > MAX_ELEMENTS or not any(value.requires_grad for value in tensors):
        return None
    copies: list[Any] = []
    for value in arguments:
        if isinstance(value, torch.Tensor):
            if not readable(value) or value.layout != torch.strided or value.is_complex() or not value.numel():
                return None
            kind = torch.float64 if value.is_floating_point() else value.dtype
            copy = value.detach().to("cpu", kind, copy=True, memory_format=torch.contiguous_format)
            copies.append(copy.requires_grad_(value.requires_grad))
        elif isinstance(value, _PLAIN) or (isinstance(value, tuple) and all(isinstance(v, _PLAIN) for v in value)):
            copies.append(value)
        else:
            return None
    return copies


def _names(cls: Any, amount: int) -> list[str]:
    """Names of the arguments of ``apply``."""
    forward = list(inspect.signature(cls.forward).parameters)
    own_setup = not cls.setup_context.__module__.startswith("torch.")
    names = forward if own_setup else forward[1:]
    return [names[place] if place < len(names) else f"argument {place}" for place in range(amount)]


def _shown(path: str, near: Where | None) -> str:
    """``path`` as other places of the program are written."""
    if near is not None and os.path.realpath(near.file) == os.path.realpath(path):
        return near.file
    relative = os.path.relpath(path)
    return relative if len(relative) < len(path) else path
