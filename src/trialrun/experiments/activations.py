"""The activation in front of a loss skipped, or a softmax run over another axis, from outside of the user's code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from trialrun.capture.provenance import came_from
from trialrun.capture.sources.functions import operation_name
from trialrun.evidence.softmaxes import SoftmaxUse
from trialrun.experiments.intercepted import intercept

_LEAST = 1e-7  # what a probability is held away from 0, and a sigmoid's from 1 as well


Call = tuple[tuple[Any, ...], dict[str, Any]]


class Operations:
    """Calls whose arguments ``change`` replaces; ``seen`` counts them."""

    def __init__(self, change: Callable[[str, tuple[Any, ...], dict[str, Any]], Call | None]) -> None:
        self.change = change
        self.seen = 0

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        return intercept(self._answer)

    def _answer(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        told = operation_name(function)
        changed = self.change(told[0], args, kwargs) if told and not told[1] else None
        if changed is None:
            return function(*args, **kwargs)
        self.seen += 1
        return function(*changed[0], **changed[1])


def logits_into(losses: frozenset[tuple[str, str]]) -> Operations:
    """The input of those (loss, activation) that meet, turned back into what the activation was given.

    The logarithm of a softmax differs from its logits by the same number in all classes, which a further softmax takes
    no notice of.
    """

    def change(name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Call | None:
        given = args[0] if args else options.get("input")
        if not isinstance(given, torch.Tensor) or not any(name == loss for loss, _ in losses):
            return None
        activation = came_from(given)[0]
        if (name, activation) not in losses:
            return None
        logits = given.clamp_min(_LEAST).log() if activation == "softmax" else torch.logit(given, eps=_LEAST)
        return ((logits, *args[1:]), options) if args else (args, {**options, "input": logits})

    return Operations(change)


def softmax_over_classes(uses: tuple[SoftmaxUse, ...]) -> Operations:
    """Those softmaxes over the axis of the classes: the second, or the last where the loss gets another layout."""

    def change(name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Call | None:
        given = args[0] if args else options.get("input")
        if name not in ("softmax", "log_softmax") or not isinstance(given, torch.Tensor):
            return None
        axis = _axis(given.ndim, options.get("dim", args[1] if len(args) > 1 else None))
        for use in uses:
            if (name, axis, tuple(given.shape[1:])) == (use.function, use.axis, use.shape[1:]):
                classes = 1 if use.shape == use.loss_shape else given.ndim - 1
                return (given,), {**{key: options[key] for key in ("dtype",) if key in options}, "dim": classes}
        return None

    return Operations(change)


def _axis(dimensions: int, given: int | None) -> int:
    """Counted from 0; without one torch takes the first of none, one or three, else the second."""
    if given is None:
        return 0 if dimensions in (0, 1, 3) else 1
    return given % dimensions if dimensions else 0
