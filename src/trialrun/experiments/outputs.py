"""A model's output that crosses its targets, moved for everything that reads it: other terms of the loss as well."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture.patches import Patches
from trialrun.experiments.alignment import Choice, Pairs

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
        self._depth = 0

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        self.seen = self._depth = 0
        patches = Patches()
        patches.replace(torch.nn.Module, "__call__", self._wrap)
        return patches.undo

    def _wrap(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def call(module: torch.nn.Module, *args: Any, **kwargs: Any) -> Any:
            self._depth += 1
            try:
                output = original(module, *args, **kwargs)
            finally:
                self._depth -= 1
            if self._depth or not self._is_crossed(output):
                return output
            self.seen += 1
            return output + (self._wanted - self._predictions).reshape(output.shape)

        return call

    def _is_crossed(self, output: Any) -> bool:
        if not isinstance(output, torch.Tensor) or output.numel() != self._predictions.numel():
            return False
        if output.dtype != self._predictions.dtype or output.device != self._predictions.device:
            return False
        with _torch.reading():
            apart = (output.detach().flatten() - self._predictions).abs().max()
            return bool(apart <= SAME * self._predictions.std())
