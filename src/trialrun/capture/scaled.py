"""Losses that a gradient scaler multiplied: the record shows what the user's loss was."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch.amp.grad_scaler import GradScaler

from trialrun import _torch
from trialrun.capture.patches import Patches
from trialrun.capture.readings import scalar
from trialrun.capture.watch import Watch


class ScaledLosses:
    """Wraps ``GradScaler.scale`` and remembers the value behind the last few scaled scalars."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._patches = Patches()
        self._last: list[tuple[Callable[[], torch.Tensor | None], float, float | None]] = []

    def attach(self) -> None:
        self._patches.replace(GradScaler, "scale", self._wrap)

    def detach(self) -> None:
        self._patches.undo()
        self._last.clear()

    def original(self, scaled: torch.Tensor) -> float | None:
        """The value of the scalar that ``scaled`` was made from; None if no scaler made it."""
        return next((value for reference, value, _ in self._last if reference() is scaled), None)

    def factor(self, scaled: torch.Tensor) -> float | None:
        """What ``scaled`` was multiplied with; None if no scaler made it."""
        return next((factor for reference, _, factor in self._last if reference() is scaled), None)

    def _wrap(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def scale(scaler: GradScaler, outputs: Any) -> Any:
            result = original(scaler, outputs)
            if self._watch.listening():
                self._watch.shielded((), self._remember, outputs, result)
            return result

        return scale

    def _remember(self, outputs: Any, result: Any) -> None:
        if isinstance(outputs, torch.Tensor) and isinstance(result, torch.Tensor):
            with _torch.reading():
                value, product = scalar(outputs), scalar(result)
            if value is not None:
                factor = product / value if product is not None and value else None
                self._last = [*self._last[-7:], (_torch.weak(result), value, factor)]
