"""Gradients that an optimiser uses although its previous step already used them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar
from weakref import WeakSet

import torch

from trialrun import _torch
from trialrun.capture.events import Backward, Observer, Step
from trialrun.capture.ledger import Ledger
from trialrun.capture.position import RunningLoop
from trialrun.capture.readings import norms, readable
from trialrun.capture.watch import Watch

Print = tuple[int, int, float]  # identity, version, norm of a gradient: equal for one that nobody touched

HAND_WRITTEN = -1


class StaleGradients(Observer):
    """Follows each parameter's gradient from the step that consumed it to the next one.

    A gradient is *left over* if at the entry of a backward it still is the very tensor, with the same content, that a
    step consumed: the backward will add to it. Cleared (``None`` or all zero), replaced or rescaled gradients are not.
    A left-over gradient stays one until it is cleared. Not judged: parameters with a gradient hook, which may take the
    old gradient out of the sum again, optimisers whose weights are all put elsewhere between two of their steps
    (dual averaging starts from the same point each time and wants the sum of all gradients), and gradients that a cut
    loop carried over the items it skipped: one of those may have cleared them (``if i % k == 0: zero_grad()``).
    """

    kinds: ClassVar[tuple[str, ...]] = ("update",)

    def __init__(self, watch: Watch, ledger: Ledger) -> None:
        self._watch = watch
        self._ledger = ledger
        self._consumed: dict[int, dict[int, Print]] = {}  # parameter id -> optimiser id -> what its last step consumed
        self._weights: dict[int, list[float]] = {}  # optimiser id -> norms of its parameters after its last step
        # optimiser id -> the loops around its last step that had skipped items by then
        self._jumped: dict[int, WeakSet[RunningLoop]] = {}
        self._moved: set[int] = set()  # optimisers whose weights somebody else has put elsewhere
        self._left_over: dict[int, tuple[int, set[int]]] = {}  # parameter id -> gradient's identity, optimiser ids

    def backward_begins(self, event: Backward) -> None:
        if not self._watch.close or not event.accumulates:
            return
        alive = ((number, self._ledger.at(number).tensor()) for number in self._consumed)
        held = [(number, tensor) for number, tensor in alive if tensor is not None]
        prints = _prints([tensor for _, tensor in held])
        jumped = self._jumped_loops()
        skipped = {ident for ident, known in self._jumped.items() if jumped - known}
        for (number, _), now in zip(held, prints, strict=True):
            if now is None:
                self._left_over.pop(number, None)
                continue
            identity, users = self._left_over.get(number, (now[0], set()))
            if identity != now[0]:
                users = set()
            again = {ident for ident, then in self._consumed[number].items() if then == now}
            users = users | (again - skipped)
            if users:
                self._left_over[number] = (now[0], users)
            else:
                self._left_over.pop(number, None)

    def step_begins(self, step: Step) -> None:
        known = self._weights.get(step.id)
        if self._watch.close and known:
            now = _weight_norms(step.parameters)
            if len(now) == len(known) and all(a != b for a, b in zip(known, now, strict=True)):
                self._moved.add(step.id)

    def step_ended(self, step: Step) -> None:
        if self._watch.close:
            self._weights[step.id] = _weight_norms(step.parameters)
            self.consume(step.id, step.parameters, _prints(step.parameters))

    def consumed_again(self, ident: int, parameters: Iterable[torch.Tensor]) -> int:
        """How many gradients of ``parameters`` still hold what the previous step of ``ident`` consumed."""
        count = 0
        if ident in self._moved:
            return 0
        for tensor in parameters:
            if _torch.has_gradient_hooks(tensor):
                continue
            entry = self._ledger.find(tensor)
            identity, users = self._left_over.get(entry.id, (0, set())) if entry else (0, set())
            gradient = tensor.grad
            if ident in users and gradient is not None and id(gradient) == identity and _norm(gradient):
                count += 1
        return count

    def consume(self, ident: int, parameters: Iterable[torch.Tensor], prints: Iterable[Print | None]) -> None:
        """An update of ``ident`` has used the gradients of ``parameters``, which looked like ``prints``."""
        self._jumped[ident] = self._jumped_loops()
        for tensor, now in zip(parameters, prints, strict=True):
            number = self._ledger.of(tensor).id
            _, users = self._left_over.get(number, (0, set()))
            users.discard(ident)
            if now is None:
                self._consumed.get(number, {}).pop(ident, None)
            else:
                self._consumed.setdefault(number, {})[ident] = now

    def _jumped_loops(self) -> WeakSet[RunningLoop]:
        return WeakSet(loop for loop in self._watch.position.loops() if loop.jumped)


def _norm(gradient: torch.Tensor) -> float:
    return norms([gradient])[0] if readable(gradient) else 0.0


def _weight_norms(parameters: list[torch.Tensor]) -> list[float]:
    return norms(p for p in parameters if readable(p))


def gradient_print(parameter: torch.Tensor) -> Print | None:
    return _prints([parameter])[0]


def _prints(parameters: list[torch.Tensor]) -> list[Print | None]:
    """A print of each parameter's gradient; None where there is none, or nothing but zeros."""
    gradients = [(i, p.grad) for i, p in enumerate(parameters) if p.grad is not None and readable(p.grad)]
    found: list[Print | None] = [None] * len(parameters)
    for (index, gradient), norm in zip(gradients, norms(g for _, g in gradients), strict=True):
        if norm != 0.0:
            found[index] = (id(gradient), _torch.version(gradient), norm)
    return found
