"""Which tensors were computed from which model calls, by value: also where the autograd path is cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch

from trialrun import _torch
from trialrun.evidence.model import CutSite

MAX_TENSORS = 20_000  # tensors followed at once; above it the dead are swept out, then the oldest
MAX_CUTS = 8


@dataclass(frozen=True, slots=True)
class Taint:
    """What led to a tensor: model calls (numbered in order), and parameters (ledger ids) behind cuts of the graph."""

    calls: frozenset[int] = frozenset()
    lost: frozenset[int] = frozenset()
    cuts: tuple[CutSite, ...] = ()

    def __or__(self, other: Taint) -> Taint:
        if other is self or not (other.calls or other.lost):
            return self
        cuts = (*self.cuts, *(cut for cut in other.cuts if cut not in self.cuts))[:MAX_CUTS]
        return Taint(self.calls | other.calls, self.lost | other.lost, cuts)


CLEAN = Taint()


class Taints:
    """Taint by tensor identity; keeps no tensor alive."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[Callable[[], torch.Tensor | None], Taint]] = {}

    def of(self, tensor: torch.Tensor) -> Taint:
        held = self._held.get(id(tensor))
        return held[1] if held is not None and held[0]() is tensor else CLEAN

    def all_of(self, tensors: Iterable[torch.Tensor]) -> Taint:
        union = CLEAN
        if self._held:
            for tensor in tensors:
                union = union | self.of(tensor)
        return union

    def put(self, tensor: torch.Tensor, taint: Taint) -> None:
        if len(self._held) >= MAX_TENSORS:
            self._sweep()
        self._held[id(tensor)] = (_torch.weak(tensor), taint)

    def drop(self, tensor: torch.Tensor) -> None:
        self._held.pop(id(tensor), None)

    def clear(self) -> None:
        self._held.clear()

    def _sweep(self) -> None:
        alive = {key: held for key, held in self._held.items() if held[0]() is not None}
        self._held = dict(list(alive.items())[-MAX_TENSORS // 2 :])
