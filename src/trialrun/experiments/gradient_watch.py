"""Gradients between the backwards that make them and the step that consumes them, in one run of the window."""

from __future__ import annotations

import functools
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

from trialrun import _torch
from trialrun.capture.patches import Patches
from trialrun.experiments.gradients import gradient_squares, some_elements


class GradientWatch(ABC):
    """The gradients of ``parameters`` at a few elements of each; each outermost backward and first step is told.

    A window may hold several steps of an optimiser, and begin with gradients left over from the one before it: the
    first step whose gradients were all made in the window, and what leads to it, stands for all.
    """

    def __init__(self, parameters: Sequence[torch.Tensor]) -> None:
        self.parameters = [p for p in parameters if p.layout is torch.strided and p.is_floating_point() and p.numel()]
        self._depth = 0
        self._stepped: set[int] = set()
        self._clean = False  # gradients were all cleared at some backward of the window
        self._squares = 0.0
        self._before = torch.zeros(0)
        self.patches = Patches()
        self.update_norm = 0.0  # L2 of what the first steps change, over the elements looked at

    @property
    def gradient_norm(self) -> float:
        """L2 over all that the first steps consume."""
        return math.sqrt(self._squares)

    def gradients(self) -> list[torch.Tensor]:
        """One vector a parameter; zeros where there is no gradient."""
        return [self._some(p, p.grad) for p in self.parameters]

    def _weights(self) -> torch.Tensor:
        return torch.cat([self._some(p, p.detach()) for p in self.parameters])

    def _some(self, parameter: torch.Tensor, values: torch.Tensor | None) -> torch.Tensor:
        return some_elements(parameter, values, len(self.parameters))

    @abstractmethod
    def backward(self, run: Callable[[], Any], losses: Any, fresh: bool) -> Any:
        """In place of each outermost backward, which is ``run``; ``fresh``: no gradient is left of any before it."""

    def first_step(self, optimiser: torch.optim.Optimizer) -> None:  # noqa: B027 - not every watch has to know
        """``optimiser`` is about to make the step that stands for all of its steps."""

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        self._stepped.clear()
        self._clean = False
        self._squares = self.update_norm = 0.0
        self._depth = 0
        self._wrap_backwards()
        handles = [register_optimizer_step_pre_hook(self._pre_step), register_optimizer_step_post_hook(self._post_step)]

        def end() -> None:
            for handle in handles:
                handle.remove()
            self.patches.undo()

        return end

    def _pre_step(self, optimiser: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        if id(optimiser) in self._stepped or not self._clean:
            return
        with _torch.reading():
            if not self._stepped:
                self._before = self._weights()
            self._squares += gradient_squares(optimiser.param_groups)
            self.first_step(optimiser)

    def _post_step(self, optimiser: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        if id(optimiser) in self._stepped or not self._clean:
            return
        self._stepped.add(id(optimiser))
        with _torch.reading():
            self.update_norm = float((self._weights() - self._before).norm())

    def _wrap_backwards(self) -> None:
        def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(original)
            def backward(*args: Any, **kwargs: Any) -> Any:
                if self._depth:
                    return original(*args, **kwargs)
                self._depth += 1
                with _torch.reading():
                    fresh = not any(bool(vector.any()) for vector in self.gradients())
                self._clean = self._clean or fresh
                losses = args[0] if args else kwargs.get("tensors")
                try:
                    return self.backward(lambda: original(*args, **kwargs), losses, fresh)
                finally:
                    self._depth -= 1

            return backward

        self.patches.replace(torch.Tensor, "backward", wrap)
        self.patches.replace(torch.autograd, "backward", wrap)


class Divided(GradientWatch):
    """Divides what each backward adds to the gradients by ``divisor``, as dividing its loss would."""

    def __init__(self, parameters: Sequence[torch.Tensor], divisor: float) -> None:
        super().__init__(parameters)
        self.divisor = divisor
        self.divided = self.parameters

    def backward(self, run: Callable[[], Any], losses: Any, fresh: bool) -> Any:
        with _torch.reading():
            before = [None if p.grad is None else p.grad.clone() for p in self.divided]
        result = run()
        with _torch.reading():
            for parameter, then in zip(self.divided, before, strict=True):
                gradient = parameter.grad
                if gradient is None:
                    continue
                if then is not None:
                    gradient.sub_(then)
                gradient.div_(self.divisor)
                if then is not None:
                    gradient.add_(then)
        return result
