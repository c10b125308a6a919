"""Optimisers: built (``Optimizer.__init__``, which has no hook) and stepped (torch's global step hooks)."""

from __future__ import annotations

import functools
import inspect
import sys
import weakref
from collections.abc import Callable
from typing import Any

import torch
from torch.optim import optimizer as torch_optimizer

from trialrun.capture.crash import CrashContext
from trialrun.capture.events import Step
from trialrun.capture.ledger import Ledger
from trialrun.capture.patches import Patches
from trialrun.capture.readings import scalar
from trialrun.capture.watch import Watch

KINDS = ("optimiser", "update", "parameter")


class OptimiserSource:
    """Tells of each optimiser once, and of each outermost ``step``: a subclass's ``step`` may call its base's."""

    def __init__(self, watch: Watch, ledger: Ledger, crash: CrashContext) -> None:
        self._watch = watch
        self._crash = crash
        self._ledger = ledger
        self._patches = Patches()
        self._handles: list[Any] = []
        self._ids: weakref.WeakKeyDictionary[torch.optim.Optimizer, int] = weakref.WeakKeyDictionary()
        self._built = 0
        self._depth: dict[int, int] = {}  # running steps by optimiser id
        self._steps: dict[int, Step] = {}

    def attach(self) -> None:
        self._patches.replace(torch.optim.Optimizer, "__init__", self._wrap_init)
        self._handles = [
            torch_optimizer.register_optimizer_step_pre_hook(self._pre_step),
            torch_optimizer.register_optimizer_step_post_hook(self._post_step),
        ]

    def detach(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._patches.undo()
        self._steps.clear()

    def _wrap_init(self, original: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(original)
        def init(optimiser: torch.optim.Optimizer, *args: Any, **kwargs: Any) -> None:
            given = args[0] if args else kwargs.get("params")
            used_up = inspect.isgenerator(given) and given.gi_frame is None
            try:
                original(optimiser, *args, **kwargs)
            except Exception as error:
                if self._watch.listening():
                    name = f"{type(optimiser).__name__}.__init__"
                    self._watch.shielded((), self._crash.optimiser_raised, error, name, given, used_up)
                raise
            if self._watch.listening():
                self._watch.shielded(KINDS, self.ident, optimiser)

        return init

    def ident(self, optimiser: torch.optim.Optimizer) -> int:
        """Its id: the order of first sight."""
        known = self._ids.get(optimiser)
        if known is not None:
            return known
        number = self._ids[optimiser] = self._built
        self._built += 1
        self._watch.tell("optimiser_built", optimiser, number)
        return number

    def alive(self) -> list[torch.optim.Optimizer]:
        return list(self._ids)

    def _pre_step(self, optimiser: torch.optim.Optimizer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if self._watch.listening():
            self._watch.shielded(KINDS, self._begin, optimiser, args, kwargs)

    def _post_step(self, optimiser: torch.optim.Optimizer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if self._watch.listening():
            self._watch.shielded(KINDS, self._end, optimiser)

    def _begin(self, optimiser: torch.optim.Optimizer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        ident = self.ident(optimiser)
        if self._depth.get(ident, 0) and not _inside_a_step():
            self._depth[ident] = 0  # the last step was left by an exception
        self._depth[ident] = self._depth.get(ident, 0) + 1
        if self._depth[ident] > 1:
            return
        rates = tuple(scalar(group["lr"]) or 0.0 for group in optimiser.param_groups if "lr" in group)
        parameters = [tensor for group in optimiser.param_groups for tensor in group["params"]]
        closure = any(callable(value) for value in (*args[1:], *kwargs.values()))
        step = Step(optimiser, ident, self._watch.position.where(), rates, parameters, closure)
        self._steps[ident] = step
        self._watch.tell("step_begins", step)
        self._watch.stepping = True

    def _end(self, optimiser: torch.optim.Optimizer) -> None:
        ident = self.ident(optimiser)
        self._depth[ident] = self._depth.get(ident, 1) - 1
        if self._depth[ident] > 0:
            return
        step = self._steps.pop(ident, None)
        if step is None:
            return
        self._watch.stepping = False
        self._watch.tell("step_ended", step)
        self._watch.update(ident)


def _inside_a_step() -> bool:
    """Whether the step that is beginning was called from within another one."""
    frame = sys._getframe(1)
    wrapper = None  # torch's wrapper around every step()
    while frame is not None:
        if frame.f_code.co_name == "wrapper" and frame.f_code.co_filename == torch_optimizer.__file__:
            if wrapper is not None:
                return True
            wrapper = frame.f_code
        frame = frame.f_back  # type: ignore[assignment]
    return False
