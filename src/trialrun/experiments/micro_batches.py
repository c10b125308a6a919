"""What each backward of the window adds to the gradient that its step consumes."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch.amp.grad_scaler import GradScaler

from trialrun import _torch
from trialrun.capture.contents import content
from trialrun.capture.readings import scalar, tensors_in
from trialrun.experiments.gradient_watch import GradientWatch
from trialrun.experiments.loss_weights import LossWeights

_EXACT = 1e-3  # relative: what a step consumes is the sum of what the backwards left, times one number
_WHOLE = 1e-4  # relative distance of that number from 1 / n


@dataclass
class Part:
    """One backward whose gradient was still there when the window's step began."""

    index: int  # among the outermost backwards of the window
    gradient: torch.Tensor  # what it added, at the elements looked at, float64
    weights: list[tuple[str, str, float, float]]  # function, reduction, weight of its mean, samples
    inputs: tuple[Any, ...]  # prints of what went into the models since the backward before it
    scale: float  # of a gradient scaler
    known_only: bool
    untold: bool  # some loss that led to it cannot be judged


class MicroBatches(GradientWatch):
    """Records each backward and what the first step consumes; changes nothing."""

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        self.parts: list[Part] = []
        self.used: list[Part] = []
        self.consumed: dict[int, torch.Tensor] = {}  # by position among the parameters
        self.carried = False  # something that came out of a model went into one again
        self._outputs: set[Any] = set()
        self._inputs: list[Any] = []
        self._scale = 1.0
        self._backwards = self._calls = 0
        self._losses = LossWeights()
        end_losses = self._losses.begin()
        self.patches.replace(torch.nn.Module, "__call__", self._wrap_call)
        self.patches.replace(GradScaler, "scale", self._wrap_scale)
        end_rest = super().begin()

        def end() -> None:
            end_rest()
            end_losses()

        return end

    # forward

    def _wrap_call(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def call(module: torch.nn.Module, *args: Any, **kwargs: Any) -> Any:
            if self._calls or next(module.parameters(), None) is None:
                return original(module, *args, **kwargs)
            self._note_inputs((args, kwargs))
            self._calls += 1
            try:
                output = original(module, *args, **kwargs)
            finally:
                self._calls -= 1
            with _torch.reading():
                self._outputs.update(_floats(output))
            return output

        return call

    def _note_inputs(self, given: Any) -> None:
        with _torch.reading():
            tensors = [tensor for tensor in tensors_in(given) if tensor.grad_fn is None]
            self._inputs.append(content(tensors))
            if self._outputs.intersection(_floats(tensors)):
                self.carried = True

    def _wrap_scale(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def scale(scaler: GradScaler, outputs: Any) -> Any:
            result = original(scaler, outputs)
            if isinstance(outputs, torch.Tensor):
                with _torch.reading():
                    self._scale = scaler.get_scale()
            return result

        return scale

    # backward

    def backward(self, run: Callable[[], Any], losses: Any, fresh: bool) -> Any:
        index, self._backwards = self._backwards, self._backwards + 1
        with _torch.reading():
            before = self.gradients()
            value = scalar(losses)
        if fresh:
            self.parts = []  # nothing is left of the ones before it
        result = run()
        with _torch.reading():
            added = [now - then for now, then in zip(self.gradients(), before, strict=True)]
        taken = [(call, call.take()) for call in self._losses.calls if call.received]
        known = [(call, told) for call, told in taken if told is not None]
        shares = [told[2] for _, told in known]
        total = sum(share for share in shares if share is not None)
        self.parts.append(
            Part(
                index,
                torch.cat(added),
                [(call.function, call.reduction, told[0], told[1]) for call, told in known],
                tuple(self._inputs),
                self._scale,
                value is not None
                and all(share is not None for share in shares)
                and math.isclose(total, value, rel_tol=_EXACT),
                len(known) < len(taken) or bool(self._losses.unknown),
            )
        )
        self._inputs, self._losses.unknown = [], 0
        return result

    def first_step(self, optimiser: torch.optim.Optimizer) -> None:
        self.used = self.used or list(self.parts)
        held = {id(parameter) for group in optimiser.param_groups for parameter in group["params"]}
        for position, vector in enumerate(self.gradients()):
            if id(self.parameters[position]) in held:
                self.consumed[position] = vector

    def ratio(self) -> float | None:
        """What the step consumed, over the sum of what the backwards had added; None where it is no multiple of it."""
        with _torch.reading():
            sizes = [len(self._some(p, None)) for p in self.parameters]
            summed = sum(part.gradient for part in self.used)
            if not isinstance(summed, torch.Tensor) or not self.consumed:
                return None
            parts = torch.split(summed, sizes)
            added = torch.cat([parts[position] for position in self.consumed])
            consumed = torch.cat(list(self.consumed.values()))
            square = float(added @ added)
            if not square or not math.isfinite(square):
                return None
            ratio = float(added @ consumed) / square
            rest = float((consumed - ratio * added).norm())
            return ratio if ratio > 0 and rest <= _EXACT * float(consumed.norm()) else None


def without_clipping(ratio: float, scale: float) -> tuple[float, bool]:
    """``ratio`` as the program means it, and whether gradients were clipped besides.

    Dividing by k and by the factor of a gradient scaler leaves 1 / n; clipping by norm leaves any fraction.
    """
    unscaled = ratio * scale
    n = round(1 / unscaled) if unscaled > 0 else 0
    if n >= 1 and abs(unscaled * n - 1) <= _WHOLE * n:
        return ratio, False
    return (1 / scale, True) if unscaled < 1 else (ratio, False)


def _floats(value: Any) -> list[Any]:
    """Prints of the tensors of numbers in ``value``, one each; those of zeros alone say nothing."""
    tensors = [t for t in tensors_in(value) if t.is_floating_point() and t.numel() > 1]
    return [found for tensor in tensors if bool(tensor.any()) and (found := content([tensor])) is not None]
