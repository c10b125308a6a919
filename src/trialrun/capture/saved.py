"""What is in an object that a program saves."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator, Mapping
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
_OF_A_SCHEDULE = frozenset({"_step_count", "_last_lr", "base_lrs", "num_bad_epochs"})  # beside its last_epoch


@dataclass
class Saved:
    """Its tensors and the states in it, by their form: a state may be a copy of what it was taken from."""

    keys: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    entries: list[tuple[str, object]] = field(default_factory=list)  # of all mappings, the keys in lower case
    objects: set[int] = field(default_factory=set)  # ids of modules, optimisers and others that are in it as a whole
    starts: set[object] = field(default_factory=set)  # where tensors begin in memory
    tensors: dict[object, list[torch.Tensor]] = field(default_factory=dict)  # by shape and dtype
    states: list[object] = field(default_factory=list)  # of optimisers: what stands beside their groups
    schedules: int = 0
    numbers: set[float] = field(default_factory=set)
    packed: bool = False  # bytes are in it, which may hold anything
    scaler: bool = False
    nodes: int = 0

    @classmethod
    def of(cls, obj: object) -> Saved:
        saved = cls()
        if isinstance(obj, Mapping):
            named = _pieces(obj)
            saved.keys = tuple(str(key) for key in list(named)[:32])
            saved.counters = tuple(str(key) for key, value in named.items() if _counts(key, value))
        saved._walk(obj, MAX_DEPTH, False)
        return saved

    def holds(self, tensor: torch.Tensor) -> bool:
        """Whether it is in it: itself, or a copy with the same values."""
        if start(tensor) in self.starts:
            return True
        alike = self.tensors.get((tuple(tensor.shape), tensor.dtype), ())
        return any(equal(tensor, other) for other in alike)

    def under(self, *words: str) -> Saved:
        """What stands under those of its keys that have one of ``words`` in them."""
        found = Saved()
        found._walk([value for key, value in self.entries if any(word in key for word in words)], MAX_DEPTH, False)
        return found

    def every(self) -> Iterator[torch.Tensor]:
        """All its tensors."""
        return (tensor for alike in self.tensors.values() for tensor in alike)

    def _walk(self, obj: Any, depth: int, in_schedule: bool) -> None:
        if isinstance(obj, (int, float)) and not isinstance(obj, bool) and len(self.numbers) < MAX_NODES:
            self.numbers.add(obj)
        self.packed |= isinstance(obj, (bytes, bytearray)) and len(obj) > 0
        if obj is None or depth < 0 or isinstance(obj, _NO_CONTENT) or self.nodes >= MAX_NODES:
            return
        self.nodes += 1
        tensor = as_tensor(obj)
        if tensor is not None:
            self._add(tensor)
            return
        if id(obj) in self.objects:
            return
        self.objects.add(id(obj))
        if isinstance(obj, torch.nn.Module):
            for held in (*obj.parameters(), *obj.buffers()):
                self._add(held)
        elif isinstance(obj, Mapping):
            self._walk_mapping(obj, depth, in_schedule)
        elif isinstance(obj, (list, tuple, set, frozenset)):
            for value in obj:
                self._walk(value, depth - 1, in_schedule)
        elif _is_array(obj):
            self._walk(obj.tolist(), depth - 1, in_schedule)  # of objects
        elif hasattr(obj, "__dict__") and not isinstance(obj, torch.optim.Optimizer):
            self._walk(dict(vars(obj)), depth - 1, in_schedule)

    def _walk_mapping(self, obj: Mapping[Any, Any], depth: int, in_schedule: bool) -> None:
        if "state" in obj and "param_groups" in obj:
            self.states.append(obj["state"])
        # The number of an epoch beside the weights is none of a schedule, whatever its name.
        is_schedule = "last_epoch" in obj and bool(
            _OF_A_SCHEDULE & obj.keys() or not any(isinstance(v, (Mapping, torch.nn.Module)) for v in obj.values())
        )
        self.schedules += is_schedule and not in_schedule
        self.scaler = self.scaler or ("scale" in obj and "growth_factor" in obj)
        for key, value in obj.items():
            if isinstance(key, str) and value is not None:
                self.entries.append((key.lower(), value))
            self._walk(value, depth - 1, in_schedule or is_schedule)

    def _add(self, tensor: torch.Tensor) -> None:
        if tensor.numel():
            self.starts.add(start(tensor))
            self.tensors.setdefault((tuple(tensor.shape), tensor.dtype), []).append(tensor)


def as_tensor(value: Any) -> torch.Tensor | None:
    """A tensor, or an array of numbers as one that shares its memory; None for anything else."""
    if isinstance(value, torch.Tensor):
        return value
    if not _is_array(value):
        return None
    try:
        return torch.from_numpy(value if value.flags.writeable else value.copy())
    except (TypeError, ValueError):  # of objects or text; a view backwards
        return None


def _is_array(value: Any) -> bool:
    numpy: Any = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def start(tensor: torch.Tensor) -> tuple[str, int]:
    return str(tensor.device), id(tensor) if _torch.has_own_dispatch(tensor) else tensor.data_ptr()


def equal(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether both hold the same values; False where they cannot be read."""
    if not (readable(one) and readable(other)):
        return False
    return torch.equal(one, other) if one.device == other.device else torch.equal(one.cpu(), other.cpu())


def _pieces(obj: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """What ``trialrun.save_state`` was given, by name, where that wrote ``obj``; else ``obj``."""
    pieces = obj.get("pieces") if "trialrun_state" in obj else None
    if not isinstance(pieces, Mapping):
        return obj
    return {name: entry.get("value") if isinstance(entry, Mapping) else entry for name, entry in pieces.items()}


def _counts(key: Any, value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and str(key).lower() in COUNTERS
