"""Half a batch in place of a whole one, as the loop itself would hand it to its body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from trialrun.capture.patches import Patches
from trialrun.experiments.window import Window


class Half:
    """Of each item of the window, and of what it draws, the first or second half of the samples.

    Samples are along the first axis of tensors, and in lists, of length ``batch_size``. ``seen`` counts them.
    """

    def __init__(self, window: Window, batch_size: int, second: bool) -> None:
        self._window = window
        self._batch_size = batch_size
        middle = batch_size // 2
        self._rows = slice(middle, 2 * middle) if second else slice(0, middle)
        self.seen = 0

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        self.seen = 0
        patches = Patches()
        for name in ("item", "draw"):
            patches.replace(self._window, name, self._wrap)
        return patches.undo

    def _wrap(self, original: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given: self._halved(original(*given))

    def _halved(self, value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            if value.ndim == 0 or len(value) != self._batch_size:
                return value
            self.seen += 1
            return value[self._rows].clone()
        if isinstance(value, dict):
            return type(value)({key: self._halved(item) for key, item in value.items()})
        if isinstance(value, tuple):
            parts = [self._halved(item) for item in value]
            return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
        if isinstance(value, list):
            whole = len(value) == self._batch_size and not any(isinstance(item, torch.Tensor) for item in value)
            return value[self._rows] if whole else [self._halved(item) for item in value]
        return value
