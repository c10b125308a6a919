"""What is in an object that a program saves."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture.readings import readable

MAX_NODES = 100_000  # looked at in one object
MAX_DEPTH = 10
COUNTERS = frozenset(
    {
        *("epoch", "epochs", "start_epoch", "current_epoch", "last_epoch", "n_epoch", "epoch_idx", "epochs_done"),
        *("step", "steps", "global_step", "start_step", "n_steps", "total_steps", "train_step", "current_step"),
        *("it", "iter", "iters", "iteration", "iterations", "iter_num", "n_iter", "start_iter", "next_epoch"),
    }
)
_NO_CONTENT = (str, bytes, bytearray, int, float, complex, type, types.ModuleType, types.FunctionType)


@dataclass
class Saved:
    """Its tensors and the states in it, by their form: a state may be a copy of what it was taken from."""

    keys: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    words: set[str] = field(default_factory=set)  # keys, in lower case, under which more than a number stands
    objects: set[int] = field(default_factory=set)  # ids of modules, optimisers and others that are in it as a whole
    starts: set[object] = field(default_factory=set)  # where tensors begin in memory
    tensors: dict[object, list[torch.Tensor]] = field(default_factory=dict)  # by shape and dtype
    optimisers: list[list[torch.Tensor]] = field(default_factory=list)  # tensors of each state
    schedules: int = 0
    scaler: bool = False
    nodes: int = 0

    @classmethod
    def of(cls, obj: object) -> Saved:
        saved = cls()
        if isinstance(obj, Mapping):
            saved.keys = tuple(str(key) for key in list(obj)[:32])
            saved.counters = tuple(str(key) for key, value in obj.items() if _counts(key, value))
        saved._walk(obj, MAX_DEPTH, False)
        return saved

    def holds(self, tensor: torch.Tensor) -> bool:
        """Whether it is in it: itself, or a copy with the same values."""
        if start(tensor) in self.starts:
            return True
        alike = self.tensors.get((tuple(tensor.shape), tensor.dtype), ())
        return any(equal(tensor, other) for other in alike)

    def says(self, *words: str) -> bool:
        """Whether one of its keys has one of ``words`` in it."""
        return any(word in key for key in self.words for word in words)

    def _walk(self, obj: object, depth: int, in_schedule: bool) -> None:
        if obj is None or depth < 0 or isinstance(obj, _NO_CONTENT) or self.nodes >= MAX_NODES:
            return
        self.nodes += 1
        if isinstance(obj, torch.Tensor):
            self._add(obj)
            return
        if id(obj) in self.objects:
            return
        self.objects.add(id(obj))
        if isinstance(obj, torch.nn.Module):
            for tensor in (*obj.parameters(), *obj.buffers()):
                self._add(tensor)
        elif isinstance(obj, Mapping):
            if "state" in obj and "param_groups" in obj:
                self.optimisers.append(list(state_tensors(obj["state"])))
            if "last_epoch" in obj and not in_schedule:
                self.schedules += 1
            in_schedule = in_schedule or "last_epoch" in obj
            self.scaler = self.scaler or ("scale" in obj and "growth_factor" in obj)
            for key, value in obj.items():
                if isinstance(key, str) and not isinstance(value, _NO_CONTENT) and value is not None:
                    self.words.add(key.lower())
                self._walk(value, depth - 1, in_schedule)
        elif isinstance(obj, (list, tuple, set, frozenset)):
            for value in obj:
                self._walk(value, depth - 1, in_schedule)
        elif hasattr(obj, "__dict__") and not isinstance(obj, torch.optim.Optimizer):
            self._walk(dict(vars(obj)), depth - 1, in_schedule)

    def _add(self, tensor: torch.Tensor) -> None:
        if tensor.numel():
            self.starts.add(start(tensor))
            self.tensors.setdefault((tuple(tensor.shape), tensor.dtype), []).append(tensor)


def state_tensors(state: object) -> Iterable[torch.Tensor]:
    """The tensors of an optimiser's state, its counts of steps left out: moments, momentum, history."""
    if isinstance(state, Mapping):
        for key, value in state.items():
            if key != "step":
                yield from state_tensors(value)
    elif isinstance(state, (list, tuple)):
        for value in state:
            yield from state_tensors(value)
    elif isinstance(state, torch.Tensor):
        yield state


def start(tensor: torch.Tensor) -> tuple[str, int]:
    return str(tensor.device), id(tensor) if _torch.has_own_dispatch(tensor) else tensor.data_ptr()


def equal(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether both hold the same values; False where they cannot be read."""
    if not (readable(one) and readable(other)):
        return False
    return torch.equal(one, other) if one.device == other.device else torch.equal(one.cpu(), other.cpu())


def _counts(key: Any, value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and str(key).lower() in COUNTERS
