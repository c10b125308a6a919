"""Outermost calls of modules: those that no other module's call is around, as a program makes them of its models."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Protocol

import torch

from trialrun.capture.patches import Patches


class Answer(Protocol):
    """What such a call comes to; ``call`` is the module's own, which takes the module first."""

    def __call__(
        self, call: Callable[..., Any], module: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], /
    ) -> Any: ...


def intercept(answer: Answer) -> Callable[[], None]:
    """From now on ``answer`` is asked for every outermost call; returns what ends it."""
    inside = False

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def call(module: torch.nn.Module, *args: Any, **kwargs: Any) -> Any:
            nonlocal inside
            if inside:
                return original(module, *args, **kwargs)
            inside = True
            try:
                return answer(original, module, args, kwargs)
            finally:
                inside = False

        return call

    patches = Patches()
    patches.replace(torch.nn.Module, "__call__", wrap)
    return patches.undo
