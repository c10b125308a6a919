"""The loss multiplied on its way back, and the gradients divided by the same: what mixed precision prescribes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from trialrun import _torch
from trialrun.experiments.gradient_watch import Divided


class Scaled(Divided):
    """Multiplies the gradient that enters each outermost backward by ``factor``; notes what the backwards add.

    The value of the loss stays what it is. Gradients in float16 are left multiplied, as they would underflow again:
    who steps on them divides them (see ``low_precision.Moving``). A backward that overflows adds nothing, as a
    ``GradScaler`` skips its step. With a factor of 1 nothing is changed.
    """

    def __init__(self, parameters: Sequence[torch.Tensor], factor: float) -> None:
        super().__init__(parameters, factor)
        self.divided = [p for p in self.parameters if p.dtype != torch.float16] if factor != 1 else []
        self.added = torch.zeros(0)  # of the last run, unscaled, at the elements looked at, float64
        self.overflows = 0  # backwards of the last run that left a gradient which is not finite
        self.seen = 0  # backwards of the last run

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        self.added = torch.zeros(0)
        self.overflows = self.seen = 0
        return super().begin()

    def backward(self, run: Callable[[], Any], losses: Any, fresh: bool) -> Any:
        """Multiplied, run, divided."""
        with _torch.reading():
            before = self._unscaled()
            kept = [None if p.grad is None else p.grad.clone() for p in self.parameters] if self.divisor != 1 else []
        roots = [losses] if isinstance(losses, torch.Tensor) else list(losses or ())
        hooks = [r.register_hook(self._multiplied) for r in roots if self.divisor != 1 and r.requires_grad]
        try:
            result = super().backward(run, losses, fresh)
        finally:
            for hook in hooks:
                hook.remove()
        with _torch.reading():
            added = self._unscaled() - before
            if not bool(added.isfinite().all()):
                self.overflows += 1
                for parameter, then in zip(self.parameters, kept, strict=False):
                    _put(parameter, then)
                return result
            self.added = added if not self.seen else self.added + added
            self.seen += 1
        return result

    def _multiplied(self, gradient: torch.Tensor) -> torch.Tensor:
        return gradient * self.divisor

    def _unscaled(self) -> torch.Tensor:
        """The gradients, those that are left multiplied divided."""
        parts = [
            vector / self.divisor if parameter.dtype == torch.float16 else vector
            for parameter, vector in zip(self.parameters, self.gradients(), strict=True)
        ]
        return torch.cat(parts) if parts else torch.zeros(0, dtype=torch.float64)


def _put(parameter: torch.Tensor, gradient: torch.Tensor | None) -> None:
    """Make ``gradient`` the parameter's, in place."""
    if parameter.grad is None:
        return
    parameter.grad.zero_()
    if gradient is not None:
        parameter.grad.add_(gradient)
