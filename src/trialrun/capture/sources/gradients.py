"""What the program does to gradients between backward and step: ``zero_grad``, clipping, ``GradScaler.unscale_``.

Torch has no hook for any of them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.amp.grad_scaler import GradScaler
from torch.nn.utils import clip_grad

from trialrun import _torch
from trialrun.capture.events import Clip, Unscaling
from trialrun.capture.patches import Patches
from trialrun.capture.readings import elements, norms, numbers, readable, scalar, total
from trialrun.capture.watch import Watch

KINDS = ("window", "clip")


class GradientSource:
    """Tells of gradients that were cleared, clipped or unscaled by torch's own functions."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._patches = Patches()

    def attach(self) -> None:
        self._patches.replace(torch.optim.Optimizer, "zero_grad", self._wrap_clearing)
        self._patches.replace(torch.nn.Module, "zero_grad", self._wrap_clearing)
        for kind in ("norm", "value"):
            wrap = functools.partial(self._wrap_clipping, kind)
            for module in (clip_grad, torch.nn.utils):  # the same function by two names
                self._patches.replace(module, f"clip_grad_{kind}_", wrap)
        for name in ("unscale_", "step"):
            self._patches.replace(GradScaler, name, functools.partial(self._wrap_scaler, name))

    def detach(self) -> None:
        self._patches.undo()

    def _wrap_clearing(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def zero_grad(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            if self._watch.listening() and self._watch.close:
                where = self._watch.shielded(KINDS, self._watch.position.where)
                self._watch.tell("gradients_cleared", where)
            return result

        return zero_grad

    def _wrap_clipping(self, kind: str, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def clip(parameters: Any, *args: Any, **kwargs: Any) -> Any:
            if not (self._watch.listening() and self._watch.close):
                return original(parameters, *args, **kwargs)
            if not isinstance(parameters, (torch.Tensor, list, tuple)):
                parameters = list(parameters)  # a generator is read once
            limit = args[0] if args else kwargs.get("max_norm", kwargs.get("clip_value"))
            event = self._watch.shielded(KINDS, self._clip, kind, parameters, limit, args, kwargs)
            result = original(parameters, *args, **kwargs)
            if event is not None:
                self._watch.tell("clipped", event)
            return result

        return clip

    def _clip(self, kind: str, parameters: Any, limit: Any, args: Any, kwargs: Any) -> Clip | None:
        tensors = [parameters] if isinstance(parameters, torch.Tensor) else list(parameters)
        held = [tensor for tensor in tensors if isinstance(tensor, torch.Tensor) and tensor.grad is not None]
        order = scalar(args[1] if len(args) > 1 else kwargs.get("norm_type", 2.0))
        bound = scalar(limit)
        if not held or bound is None or not all(readable(tensor.grad) for tensor in held):
            return None
        with _torch.reading():
            if kind == "value":
                size: float | None = _largest(tensor.grad for tensor in held if tensor.grad is not None)
            elif order == 2.0:
                size = total(norms(tensor.grad for tensor in held if tensor.grad is not None))
            else:
                return None
        return Clip(kind, held, bound, size, self._watch.position.where())

    def _wrap_scaler(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def scaled(scaler: GradScaler, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
            if self._watch.listening() and isinstance(optimizer, torch.optim.Optimizer) and scaler.is_enabled():
                self._watch.tell("unscaling", Unscaling(optimizer, steps=name == "step"))
            return original(scaler, optimizer, *args, **kwargs)

        return scaled


def _largest(gradients: Iterable[torch.Tensor]) -> float | None:
    """The largest absolute element."""
    found = [elements(gradient).abs().max() for gradient in gradients if gradient.numel()]
    return max(numbers(found), default=None)
