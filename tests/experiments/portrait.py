"""Everything a program holds, written down by name, so that two runs of it can be compared bit for bit."""

from __future__ import annotations

import hashlib
import random
import sys
from collections import deque
from types import FrameType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy
import torch

Portrait = dict[str, object]

_OURS = frozenset(("look", "__builtins__", "__name__", "__file__"))
_PLAIN = (int, float, complex, str, bytes, type(None), torch.dtype, torch.device, torch.Size, range, type)


def portrait(frame: FrameType) -> Portrait:
    """What ``frame`` and its callers in the same file have bound, their module, and where the global generators stand.

    Of tensors: bits, layout, version, ``requires_grad``, gradient. What is reached twice, also a tensor's memory, is
    given the second time as the name it had first, so that identities are compared as well.
    """
    walk = _Walk(frame.f_globals["__name__"])
    at: FrameType | None = frame
    depth = 0
    while at is not None and at.f_code.co_filename == frame.f_code.co_filename:
        if at.f_code.co_name != "<module>":
            walk.mapping(f"frame {depth}", dict(at.f_locals))
        at, depth = at.f_back, depth + 1
    walk.mapping("module", {name: value for name, value in frame.f_globals.items() if name not in _OURS})
    walk.found["torch's generator"] = _digest(torch.get_rng_state().numpy().tobytes())
    walk.found["NumPy's generator"] = _digest(repr(numpy.random.get_state()).encode())
    walk.found["Python's generator"] = _digest(repr(random.getstate()).encode())
    return walk.found


def _digest(data: bytes) -> str:
    return hashlib.sha1(data).hexdigest()[:16]


class _Walk:
    def __init__(self, module: str) -> None:
        self._module = module
        self.found: Portrait = {}
        self._names: dict[int, str] = {}
        self._memory: dict[int, str] = {}
        self._held: list[Any] = []  # or the id of a temporary could be met again

    def mapping(self, name: str, values: dict[Any, Any]) -> None:
        self.found[name] = [key if isinstance(key, (str, int)) else type(key).__name__ for key in values]
        for number, (key, value) in enumerate(values.items()):
            self.see(f"{name}.{key}" if isinstance(key, (str, int)) else f"{name}.key{number}", value)

    def see(self, name: str, value: Any) -> None:
        if isinstance(value, type) and value.__module__ == self._module and id(value) not in self._names:
            self._names[id(value)] = name
            self.mapping(name, {key: held for key, held in vars(value).items() if not key.startswith("__")})
            return
        if isinstance(value, (bool, *_PLAIN)):
            self.found[name] = repr(value)
            return
        if isinstance(value, ModuleType):
            return
        if id(value) in self._names:
            self.found[name] = f"is {self._names[id(value)]}"
            return
        self._names[id(value)] = name
        self._held.append(value)
        self.found[name] = type(value).__name__
        if isinstance(value, torch.Tensor):
            self._tensor(name, value)
        elif isinstance(value, dict):
            self.mapping(name, value)
        elif isinstance(value, (list, tuple, deque)):
            self.mapping(name, dict(enumerate(value)))
        elif isinstance(value, (set, frozenset)):
            self.found[name] = sorted(map(repr, value))
        elif isinstance(value, numpy.ndarray):
            self.found[name] = (value.dtype.str, value.shape, _digest(value.tobytes()))
        else:
            self._object(name, value)

    def _tensor(self, name: str, tensor: torch.Tensor) -> None:
        stored = tensor.detach()
        if stored.layout is torch.sparse_coo:
            parts = [stored._indices(), stored._values()]
        else:
            parts = [stored.contiguous()]
            pointer = stored.untyped_storage().data_ptr()
            if pointer:
                self.found[f"{name}: memory"] = self._memory.setdefault(pointer, name)
        data = b"".join(part.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes() for part in parts)
        layout = tuple(stored.stride()) if stored.layout is torch.strided else str(stored.layout)
        kind = (str(tensor.dtype), tuple(tensor.shape), layout, tensor.requires_grad, tensor.is_leaf)
        self.found[name] = (*kind, _digest(data))
        self.found[f"{name}: version"] = tensor._version
        if tensor.is_leaf:
            self.see(f"{name}.grad", tensor.grad)

    def _object(self, name: str, value: Any) -> None:
        if isinstance(value, torch.Generator):
            self.found[name] = _digest(value.get_state().numpy().tobytes())
        elif isinstance(value, random.Random) and not isinstance(value, random.SystemRandom):
            self.found[name] = _digest(repr(value.getstate()).encode())
        elif isinstance(value, numpy.random.Generator):
            self.found[name] = repr(value.bit_generator.state)
        elif isinstance(value, FunctionType):
            for number, cell in enumerate(value.__closure__ or ()):
                self.see(f"{name}.cell{number}", cell.cell_contents)
        elif isinstance(value, MethodType):
            self.see(f"{name}.self", value.__self__)
        elif hasattr(value, "__dict__") and not type(value).__module__.startswith(("torch.utils.data", "_io", "io")):
            self.mapping(name, dict(vars(value)))
        for field in getattr(type(value), "__slots__", ()):
            if hasattr(value, field) and type(value).__module__ in sys.modules:
                self.see(f"{name}.{field}", getattr(value, field))
