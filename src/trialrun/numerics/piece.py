"""One piece of a training's state, and the kinds of them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import torch

from trialrun.capture.readings import same_bits

PARAMETERS = "parameters"
GRADIENTS = "gradients"
BUFFERS = "buffers"
UNSAVED_BUFFERS = "non-persistent buffers"
AVERAGES = "averaged weights"
OPTIMIZER = "optimizer"
SCHEDULER = "learning-rate scheduler"
SCALER = "gradient scaler"
POSITION = "sampler position"
VALUE = "value"
_AVERAGED = ("ema", "average", "shadow", "teacher")


@dataclass(eq=False)
class Piece:
    """``path``: where it was found, as in ``model``, ``loader.generator``. ``take`` copies its state, ``put`` sets it.

    ``take`` is None for an iterator: nothing can be copied of it, but ``source`` itself can be handed over.
    """

    path: str
    kind: str
    take: Callable[[], Any] | None
    put: Callable[[Any], object]
    source: Any = None

    @property
    def title(self) -> str:
        """What it is and where: "optimizer", "torch RNG (loader.generator)"."""
        return self.kind if self.path in ("", self.kind) else f"{self.kind} ({self.path})"


def same_state(one: Any, other: Any) -> bool:
    """Whether two states are the same, tensors bit for bit."""
    if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
        return same_bits(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_state(item, other[key]) for key, item in one.items())
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same_state, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one.hex() == other.hex()
    if type(one) is not type(other):
        return False
    if hasattr(one, "__dict__") and not callable(one):
        return same_state(vars(one), vars(other))
    return isinstance(one, FunctionType) or bool(one == other)


def cloned(held: Any) -> Any:
    """A container of tensors with copies of them; a ``deque`` keeps its length."""
    copied = copy.copy(held)
    if isinstance(held, tuple):
        return tuple(tensor.detach().clone() for tensor in held)
    for key, tensor in held.items() if isinstance(held, dict) else enumerate(held):
        copied[key] = tensor.detach().clone()
    return copied


def kind_of_tensors(tensors: list[torch.Tensor], path: str) -> str:
    """Of tensors that are found loose, in a container or an attribute."""
    if any(tensor.requires_grad for tensor in tensors):
        return PARAMETERS
    return AVERAGES if is_average(path) else VALUE


def is_average(path: str) -> bool:
    """Whether its name says that it is an average of other weights."""
    return any(word in path.lower() for word in _AVERAGED)


def random_kind(generator: Any) -> str:
    """Of a generator that :func:`trialrun.experiments.randomness.is_generator` knows."""
    if isinstance(generator, torch.Generator):
        return "torch RNG"
    return "NumPy RNG" if type(generator).__module__.startswith("numpy") else "Python RNG"


def is_array(value: Any) -> bool:
    """Whether it is an array or a scalar of NumPy, which need not be installed."""
    return type(value).__module__ == "numpy" and hasattr(value, "dtype") and hasattr(value, "tobytes")
