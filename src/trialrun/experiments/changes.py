"""What can be changed in a run of the window from outside of the user's code; each implements ``plan.Change``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture.arguments import by_name
from trialrun.capture.names import LOSSES
from trialrun.experiments import intercepted, outermost

Transform = Callable[[torch.Tensor], torch.Tensor]


class ModelInputs:
    """What enters each outermost module call: tensors that require no gradient, through ``transform``.

    ``seen`` counts them: a program that calls ``model.forward`` directly, or functions on weights of its own, has none.
    Modules without parameters (a loss, a flattening) are no models. A call that fails on what it is given is made
    again with its own inputs: the program must not see an error of ours. ``refused`` says so, unless these fail too,
    which the program may know how to deal with.
    """

    def __init__(self, transform: Transform) -> None:
        self.transform = transform
        self.seen = 0
        self.left = 0  # tensors that were let in as they are
        self.refused = ""

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        self.seen = self.left = 0
        return outermost.intercept(self._answer)

    def _answer(
        self, call: Callable[..., Any], module: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        if self.refused or next(module.parameters(), None) is None:
            return call(module, *args, **kwargs)
        try:
            return call(module, *self._changed(args), **self._changed(kwargs))
        except Exception as refusal:
            result = call(module, *args, **kwargs)  # raises itself where the program's own are refused
            self.refused = f"{type(refusal).__name__}: {refusal}"
            return result

    def _changed(self, value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            if value.requires_grad:  # the program may ask for the gradient of that very tensor
                self.left += not isinstance(value, torch.nn.Parameter)
                return value
            self.seen += 1
            with _torch.reading():
                return self.transform(value.detach())
        if isinstance(value, dict) and type(value) is dict:
            return {key: self._changed(item) for key, item in value.items()}
        if type(value) in (list, tuple):
            return type(value)(self._changed(item) for item in value)
        return value


class LossTargets:
    """The target of each call of a known loss function, through ``transform``; ``seen`` counts them."""

    def __init__(self, transform: Transform) -> None:
        self.transform = transform
        self.seen = 0

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        self.seen = 0
        return intercepted.intercept(self._answer)

    def _answer(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = LOSSES.get(getattr(function, "__name__", ""))
        if given is None or given[1] is None:
            return function(*args, **kwargs)
        options = by_name(function, args, kwargs)
        name = list(options)[given[1]] if given[1] < len(options) else ""
        target = options.get(name)
        if not isinstance(target, torch.Tensor) or target.requires_grad:
            return function(*args, **kwargs)
        self.seen += 1
        with _torch.reading():
            options[name] = self.transform(target)
        return function(**options)


class Weights:
    """The learned state itself, by ``write``, once everything has been put back; the next fresh run undoes it."""

    def __init__(self, write: Callable[[], None]) -> None:
        self._write = write

    def begin(self) -> Callable[[], None]:
        """Take effect."""
        with _torch.reading():
            self._write()
        return lambda: None
