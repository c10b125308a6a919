"""Parts of the training state put back to how they are built, as they are after a resumption that lacks them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch.amp.grad_scaler import GradScaler
from torch.optim.optimizer import register_optimizer_step_pre_hook

from trialrun import _torch
from trialrun.capture.patches import Patches
from trialrun.capture.position import Position
from trialrun.evidence.place import Where
from trialrun.experiments.initial import Initial


class Stepping:
    """Implements ``plan.Change``; changes nothing: notes the line that steps each optimiser and updates each scaler."""

    def __init__(self, position: Position) -> None:
        self._position = position
        self.optimisers: dict[torch.optim.Optimizer, Where | None] = {}
        self.scalers: dict[GradScaler, Where | None] = {}

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        patches = Patches()
        patches.replace(GradScaler, "update", self._wrap)
        handle = register_optimizer_step_pre_hook(self._step)

        def end() -> None:
            handle.remove()
            patches.undo()

        return end

    def _step(self, optimiser: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        self.optimisers.setdefault(optimiser, self._position.where())

    def _wrap(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def update(scaler: GradScaler, *args: Any, **kwargs: Any) -> Any:
            if scaler.is_enabled():
                self.scalers.setdefault(scaler, self._position.where())
            return original(scaler, *args, **kwargs)

        return update


class EmptiedState:
    """Implements ``plan.Change``: the optimiser holds what it held before its first step, which mostly is nothing."""

    def __init__(self, optimiser: torch.optim.Optimizer, initial: Initial) -> None:
        self._optimiser = optimiser
        self._initial = initial

    def begin(self) -> Callable[[], None]:
        """Take effect; the next fresh run undoes it."""
        with _torch.reading():
            self._initial.forget(self._optimiser)
        return lambda: None


class FirstScale:
    """Implements ``plan.Change``: the gradient scaler has the scale it began with, and no count of good steps."""

    def __init__(self, scaler: GradScaler) -> None:
        self._scaler = scaler

    def begin(self) -> Callable[[], None]:
        """Take effect; the next fresh run undoes it."""
        with _torch.reading():
            self._scaler.update(_torch.first_scale(self._scaler))
        return lambda: None
