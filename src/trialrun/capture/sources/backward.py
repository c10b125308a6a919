"""Backwards: ``Tensor.backward``, ``autograd.backward`` and ``autograd.grad``, wrapped because torch has no hook."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture.crash import CrashContext
from trialrun.capture.events import Backward
from trialrun.capture.graph import walk
from trialrun.capture.ledger import Ledger
from trialrun.capture.patches import Patches
from trialrun.capture.readings import scalar
from trialrun.capture.scaled import ScaledLosses
from trialrun.capture.watch import Watch

KINDS = ("loss", "parameter")


class BackwardSource:
    """Tells of each backward before its graph is freed and after it returned.

    A backward inside another one (a checkpointed block) only adds the leaves it reaches: it is not one of the user's.
    """

    def __init__(self, watch: Watch, ledger: Ledger, scaled: ScaledLosses, crash: CrashContext) -> None:
        self._watch = watch
        self._ledger = ledger
        self._scaled = scaled
        self._crash = crash
        self._patches = Patches()
        self._running: Backward | None = None

    def attach(self) -> None:
        self._patches.replace(torch.Tensor, "backward", self._wrap_backward)
        self._patches.replace(torch.autograd, "backward", self._wrap_backward)
        self._patches.replace(torch.autograd, "grad", self._wrap_grad)

    def detach(self) -> None:
        self._patches.undo()
        self._running = None

    def _wrap_backward(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def backward(*args: Any, **kwargs: Any) -> Any:
            losses = args[0] if args else kwargs.get("tensors")
            return self._around(losses, True, original, args, kwargs)

        return backward

    def _wrap_grad(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def grad(*args: Any, **kwargs: Any) -> Any:
            inputs = args[1] if len(args) > 1 else kwargs.get("inputs")
            if not (self._watch.listening() and self._watch.shielded(KINDS, self._has_parameter, inputs)):
                return original(*args, **kwargs)
            return self._around(args[0] if args else kwargs.get("outputs"), False, original, args, kwargs)

        return grad

    def _has_parameter(self, inputs: object) -> bool:
        """Whether a gradient is asked for something that can be trained: not for the input of a PINN or an attack."""
        return any(
            isinstance(leaf, torch.nn.Parameter) or self._ledger.find(leaf) is not None for leaf in _tensors(inputs)
        )

    def _around(
        self, losses: object, accumulates: bool, original: Callable[..., Any], args: tuple[Any, ...], kwargs: Any
    ) -> Any:
        if not self._watch.listening():
            return original(*args, **kwargs)
        if self._running is not None:
            self._watch.shielded(KINDS, self._inner, self._running, losses)
            return original(*args, **kwargs)
        event = self._watch.shielded(KINDS, self._begin, losses, accumulates)
        try:
            result = original(*args, **kwargs)
        except Exception as error:
            self._watch.shielded((), self._crash.operation_raised, error, "backward", tuple(_tensors(losses)), {})
            raise
        finally:
            self._running = None
        if event is not None:
            self._watch.backwards += 1
            self._crash.earlier_backward = event.where
            self._watch.tell("backward_ended", event)
        self._watch.shielded(("loop",), self._watch.position.backward)
        return result

    def _begin(self, losses: object, accumulates: bool) -> Backward:
        scalars = _tensors(losses)
        self._watch.tell("settle")
        with _torch.reading():
            found = walk(scalars)
            value = self._scaled.original(scalars[0]) if len(scalars) == 1 else None
            if value is None and len(scalars) == 1:
                value = scalar(scalars[0])
        where = self._watch.position.where()
        event = Backward(
            tuple(scalars), where, found.leaves, found.complete, tuple(found.marks), accumulates, value=value
        )
        self._watch.tell("backward_begins", event)
        self._running = event
        return event

    def _inner(self, running: Backward, losses: object) -> None:
        with _torch.reading():
            found = walk(_tensors(losses))
        running.reached.update(found.leaves)
        running.complete = running.complete and found.complete


def _tensors(value: object) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    return [item for item in value if isinstance(item, torch.Tensor)] if isinstance(value, Iterable) else []
