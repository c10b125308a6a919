"""What is known of each parameter, kept without keeping the parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture.readings import dtype_name
from trialrun.evidence.model import CutSite

MAX_NORMS = 64  # gradient norms kept for one parameter


@dataclass(eq=False, slots=True)
class Entry:
    """One parameter: the mutable side of a ``ParameterRecord``."""

    id: int
    tensor: Callable[[], torch.Tensor | None]
    shape: tuple[int, ...]
    numel: int
    dtype: str
    requires_grad: bool
    name: str = ""
    root: str = ""
    module: str = ""
    optimisers: set[int] = field(default_factory=set)
    module_runs: int = 0
    reached: int = 0
    gradient_norms: list[float | None] = field(default_factory=list)
    weight_norm: float | None = None
    update_ratio: float | None = None
    changes: int = 0  # updates that changed its bits
    first_bits: tuple[Any, ...] | None = None  # fingerprint at first sight in training
    left_bits: tuple[Any, ...] | None = None  # fingerprint after the last step, of the first parameter of an optimiser
    owned: bool = False  # a module that was called owns it
    registered: int = 0  # when it was registered in its module, on the clock of `Ledger.tick`
    late: bool = False
    loaded: bool = False
    value_reaches_loss: bool = False
    cuts: list[CutSite] = field(default_factory=list)
    weight_decay: float = 0.0

    def add_norm(self, norm: float | None) -> None:
        if len(self.gradient_norms) < MAX_NORMS:
            self.gradient_norms.append(norm)


class Ledger:
    """Finds the entry of a tensor, by identity."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._by_id: dict[int, Entry] = {}
        self._clock = 0

    def tick(self) -> int:
        """A number larger than any before: the order of registrations and of optimisers."""
        self._clock += 1
        return self._clock

    def find(self, tensor: torch.Tensor) -> Entry | None:
        entry = self._by_id.get(id(tensor))
        return entry if entry is not None and entry.tensor() is tensor else None  # ids are reused

    def of(self, tensor: torch.Tensor) -> Entry:
        """The entry of ``tensor``, made at first sight."""
        entry = self.find(tensor)
        if entry is None:
            number = len(self._entries)
            dtype = dtype_name(tensor.dtype)
            entry = Entry(number, _torch.weak(tensor), (), 0, dtype, tensor.requires_grad, name=f"param{number}")
            self._entries.append(entry)
            self._by_id[id(tensor)] = entry
        if not entry.numel and not _torch.is_lazy(tensor):  # a lazy one has no shape before its first forward
            entry.shape, entry.numel = tuple(tensor.shape), tensor.numel()
        return entry

    def at(self, number: int) -> Entry:
        return self._entries[number]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)
