"""Random generators' states and other values as types that ``torch.load(weights_only=True)`` accepts, and back."""

from __future__ import annotations

import random
import sys
from collections import Counter, OrderedDict
from typing import Any

import torch

_ARRAY = "trialrun.array"  # key of the dictionary that stands for a NumPy array or scalar
_COUNTER = "trialrun.counter"  # of one that stands for a Counter, as MultiStepLR has: not every torch loads it safely


def plain(value: Any) -> Any:
    """``value`` with its NumPy arrays and scalars as tensors that say what they were; all else stays itself."""
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic)):
        array = numpy.array(value)  # with memory of its own
        scalar = isinstance(value, numpy.generic)
        if array.dtype.hasobject or array.dtype.kind not in "biufc":
            return value
        bits = torch.frombuffer(bytearray(array.tobytes()), dtype=torch.uint8) if array.nbytes else torch.zeros(0)
        return {_ARRAY: bits, "dtype": array.dtype.str, "shape": list(array.shape), "scalar": scalar}
    if type(value) is Counter:
        return {_COUNTER: dict(value)}
    if type(value) in (dict, OrderedDict):
        return type(value)((key, plain(item)) for key, item in value.items())
    if type(value) in (list, tuple):
        return type(value)(plain(item) for item in value)
    return value


def original(value: Any) -> Any:
    """What :func:`plain` was given."""
    if type(value) is dict and _ARRAY in value:
        import numpy  # it was NumPy's: only a program with NumPy asks for it

        content = value[_ARRAY].numpy().tobytes()
        array = numpy.frombuffer(content, dtype=numpy.dtype(value["dtype"])).reshape(value["shape"]).copy()
        return array[()] if value["scalar"] else array
    if type(value) is dict and _COUNTER in value:
        return Counter(value[_COUNTER])
    if type(value) in (dict, OrderedDict):
        return type(value)((key, original(item)) for key, item in value.items())
    if type(value) in (list, tuple):
        return type(value)(original(item) for item in value)
    return value


def global_states() -> dict[str, Any]:
    """Where the global generators stand: "torch", "Python", "NumPy" where it is imported, "CUDA": a list by device."""
    found: dict[str, Any] = {"torch": torch.get_rng_state(), "Python": random.getstate()}
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None:
        found["NumPy"] = numpy.random.get_state()
    cuda: Any = torch.cuda
    if cuda.is_initialized():
        found["CUDA"] = cuda.get_rng_state_all()
    return found


def put_global_states(states: dict[str, Any]) -> None:
    """Put back what :func:`global_states` saw, or some of it; of CUDA's devices those that are there."""
    if "torch" in states:
        torch.set_rng_state(states["torch"])
    if "Python" in states:
        random.setstate(states["Python"])
    if "NumPy" in states:
        import numpy

        numpy.random.set_state(states["NumPy"])
    for device, state in enumerate(states.get("CUDA", ())[: torch.cuda.device_count()]):
        torch.cuda.set_rng_state(state, device)


def seed_all(seed: int) -> None:
    """Seed the global generators of torch, on each device, of NumPy and of Python, as programs do at their start."""
    torch.manual_seed(seed)
    random.seed(seed)
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % 2**32)
