"""Weights in bfloat16 or float16 over a row of repeats: which of them moved, and float32 copies to be stepped on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

from trialrun import _torch

LOW = (torch.bfloat16, torch.float16)


def low_precision(optimisers: Iterable[torch.optim.Optimizer]) -> list[torch.Tensor]:
    """The trained weights of few digits that ``optimisers`` hold."""
    held = {id(p): p for optimiser in optimisers for group in optimiser.param_groups for p in group["params"]}
    return [p for p in held.values() if p.dtype in LOW and p.requires_grad and p.layout is torch.strided]


@dataclass
class _Weight:
    start: torch.Tensor
    wanted: torch.Tensor  # bool: had a gradient other than 0 in some step
    copy: torch.Tensor | None = None  # in float32, as the last step left it


class Moving:
    """Implements ``plan.Change``, for all repeats of one arm: begun anew for each, it goes on from the last one.

    With ``hold`` a step is made on float32 copies of weights and gradients, and the weights are these, rounded; the
    copies of the gradients are divided by ``divisor``.
    """

    def __init__(self, weights: Iterable[torch.Tensor], hold: bool, divisor: float = 1.0) -> None:
        self._hold = hold
        self._divisor = divisor
        self._trained = list(weights)
        self._known: dict[int, _Weight] = {}
        self._swapped: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]] = []
        self.steps = 0
        self.updates = self.swallowed = 0  # elements of the first step

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        for weight in self._trained:
            if id(weight) not in self._known:
                zeros = torch.zeros_like(weight, dtype=torch.bool, requires_grad=False)
                self._known[id(weight)] = _Weight(weight.detach().clone(), zeros)
        handles = [
            register_optimizer_step_pre_hook(self._before),
            register_optimizer_step_post_hook(self._after),
        ]

        def end() -> None:
            for handle in handles:
                handle.remove()
            self._give_back(learned=False)  # a step that failed

        return end

    def moved(self) -> tuple[int, float]:
        """Elements that had a gradient other than 0, and the share of them that is not where it was."""
        with _torch.reading():
            wanted = sum(int(known.wanted.sum()) for known in self._known.values())
            moved = sum(
                int(((weight.detach() != self._known[id(weight)].start) & self._known[id(weight)].wanted).sum())
                for weight in self._trained
            )
        return wanted, moved / wanted if wanted else 0.0

    def _before(self, optimiser: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        with _torch.reading():
            for group in optimiser.param_groups:
                for weight in group["params"]:
                    known = self._known.get(id(weight))
                    if known is None or weight.grad is None or weight.grad.layout is not torch.strided:
                        continue
                    known.wanted |= weight.grad != 0
                    if self._hold:
                        self._swap(weight, known)

    def _swap(self, weight: torch.Tensor, known: _Weight) -> None:
        low, gradient = weight.data, weight.grad
        if known.copy is None:
            known.copy = low.float()
        weight.grad = None
        weight.data = known.copy
        weight.grad = gradient.float() / self._divisor if gradient is not None else None
        self._swapped.append((weight, low, gradient))

    def _after(self, optimiser: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        with _torch.reading():
            self._give_back(learned=True)
        self.steps += 1

    def _give_back(self, learned: bool) -> None:
        for weight, low, gradient in self._swapped:
            copy = weight.data
            weight.grad = None
            weight.data = low
            weight.grad = gradient
            if not learned:
                continue
            known = self._known[id(weight)]
            known.copy = copy
            rounded = copy.to(low.dtype)
            if self.steps == 0:
                changed = copy != low.float()
                self.updates += int(changed.sum())
                self.swallowed += int((changed & (rounded == low)).sum())
            low.copy_(rounded)
        self._swapped = []
