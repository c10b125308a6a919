"""The weights as they were before the first update: an update may have ruined what an experiment has to start from."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from trialrun import _torch
from trialrun.experiments.clone import cloned, tensor_bytes
from trialrun.experiments.content import bytes_of

MOST_BYTES = 2 * 2**30  # of copies; larger models are replayed from the state after their first update


class Initial:
    """Copies what each optimiser holds right before its first step."""

    def __init__(self) -> None:
        self._copies: dict[int, tuple[Callable[[], torch.Tensor | None], torch.Tensor]] = {}
        self._seen: dict[int, weakref.ref[torch.optim.Optimizer]] = {}  # by id, which another may have later
        # Adagrad and optimisers of the user's hold a state before their first step; most hold none.
        self._states: weakref.WeakKeyDictionary[torch.optim.Optimizer, dict[Any, Any]] = weakref.WeakKeyDictionary()
        self._bytes = 0
        self._remove: Callable[[], None] | None = None

    def attach(self) -> None:
        """Begin to look out for first steps."""
        self._remove = register_optimizer_step_pre_hook(self._pre_step).remove

    def detach(self) -> None:
        """Look out no longer; the copies stay."""
        if self._remove is not None:
            self._remove()
            self._remove = None

    def _pre_step(self, optimiser: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        seen = self._seen.get(id(optimiser))
        if seen is not None and seen() is optimiser:
            return
        self._seen[id(optimiser)] = weakref.ref(optimiser)
        with _torch.reading():
            for group in optimiser.param_groups:
                for parameter in group["params"]:
                    self._keep(parameter)
            self._bytes += tensor_bytes(held := dict(optimiser.state))
            if held and self._bytes <= MOST_BYTES:
                self._states[optimiser] = cloned(held)

    def _keep(self, parameter: torch.Tensor) -> None:
        if self._copy(parameter) is not None or parameter.layout is not torch.strided:
            return
        _, dead = self._copies.pop(id(parameter), (None, None))
        self._bytes += bytes_of(parameter) - (bytes_of(dead) if dead is not None else 0)
        if self._bytes <= MOST_BYTES:
            self._copies[id(parameter)] = (_torch.weak(parameter), parameter.detach().clone())

    def covers(self, optimisers: Iterable[torch.optim.Optimizer]) -> bool:
        """Whether all that ``optimisers`` hold was copied before their first step."""
        held = [p for optimiser in optimisers for group in optimiser.param_groups for p in group["params"]]
        return bool(held) and all(self._copy(parameter) is not None for parameter in held)

    def _copy(self, parameter: torch.Tensor) -> torch.Tensor | None:
        reference, copy = self._copies.get(id(parameter), (None, None))
        return copy if reference is not None and reference() is parameter else None

    def put(self, optimisers: Iterable[torch.optim.Optimizer]) -> None:
        """Write the copies into the weights and let ``optimisers`` forget what they have gathered."""
        with _torch.reading():
            for reference, copy in self._copies.values():
                parameter = reference()
                if parameter is not None and parameter.shape == copy.shape:
                    parameter.data.copy_(copy)
            for optimiser in optimisers:
                self.forget(optimiser)

    def forget(self, optimiser: torch.optim.Optimizer) -> None:
        """Let ``optimiser`` hold what it held before its first step."""
        optimiser.state.clear()
        for key, held in cloned(self._states.get(optimiser, {})).items():
            optimiser.state[key] = held
