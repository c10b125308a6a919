"""A model's output that crosses its targets, moved for everything that reads it: other terms of the loss as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from trialrun import _torch
from trialrun.experiments.alignment import Choice, Pairs
from trialrun.experiments.outermost import intercept

SAME = 1e-3  # of the spread: the model gives the crossed predictions again, but for an update that hardly moves it


class Crossed(Pairs):
    """What crosses first, kept, (N,) each; nothing is changed."""

    def __init__(self, operations: frozenset[str]) -> None:
        super().__init__(operations, self._keep)
        self.predictions: torch.Tensor | None = None
        self.targets: torch.Tensor | None = None

    def _keep(self, left: torch.Tensor, right: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if self.predictions is None:
            prediction, target = (left, right) if left.grad_fn is not None else (right, left)
            with _torch.reading():
                self.predictions, self.targets = prediction.detach().flatten().clone(), target.flatten().clone()
        return left, right


class Outputs:
    """What an outermost module call gives back, where it is the predictions that crossed, as ``choose`` names it.

    ``seen`` counts the calls.
    """

    def __init__(self, predictions: torch.Tensor, targets: torch.Tensor, choose: Choice) -> None:
        self._predictions = predictions
        self._wanted = choose(predictions.float(), targets.float()).to(predictions.dtype).expand_as(predictions)
        self.seen = 0

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        self.seen = 0
        return intercept(self._answer)

    def _answer(
        self, call: Callable[..., Any], module: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        output = call(module, *args, **kwargs)
        if not self._is_crossed(output):
            return output
        self.seen += 1
        return output + (self._wanted - self._predictions).reshape(output.shape)

    def _is_crossed(self, output: Any) -> bool:
        if not isinstance(output, torch.Tensor) or output.numel() != self._predictions.numel():
            return False
        if output.dtype != self._predictions.dtype or output.device != self._predictions.device:
            return False
        with _torch.reading():
            apart = (output.detach().flatten() - self._predictions).abs().max()
            return bool(apart <= SAME * self._predictions.std())
