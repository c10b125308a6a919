"""The first outermost call of each model in a run of the window, kept with its inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture.position import Position
from trialrun.evidence.place import Where
from trialrun.experiments.clone import cloned
from trialrun.experiments.outermost import intercept

MOST_MODELS = 4


@dataclass(frozen=True)
class ModelCall:
    """One call; its tensors are copies without a graph."""

    module: torch.nn.Module
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    where: Where | None


class ModelCalls:
    """Keeps them; implements ``plan.Change`` and changes nothing. Modules without parameters are no models."""

    def __init__(self, position: Position) -> None:
        self._position = position
        self.kept: dict[int, ModelCall] = {}  # by id of the module, which is held

    def begin(self) -> Callable[[], None]:
        """Start keeping; returns what ends it."""
        self.kept = {}
        return intercept(self._answer)

    def _answer(
        self, call: Callable[..., Any], module: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        if self._wanted(module):
            with _torch.reading():
                given, named = cloned((_freed(args), _freed(kwargs)))
            self.kept[id(module)] = ModelCall(module, given, named, self._position.where())
        return call(module, *args, **kwargs)

    def _wanted(self, module: torch.nn.Module) -> bool:
        if id(module) in self.kept or len(self.kept) >= MOST_MODELS or _torch.in_transform():
            return False
        return next(module.parameters(), None) is not None


def _freed(value: Any) -> Any:
    """``value`` with its tensors out of their graphs."""
    if isinstance(value, torch.Tensor):
        return value.detach() if value.requires_grad else value
    if type(value) is dict:
        return {key: _freed(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_freed(item) for item in value)
    return value
