"""Copies of what a loop hands to its body, so that a body which changes its batch finds it whole the next time."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import torch

from trialrun import _torch
from trialrun.experiments.content import bytes_of

_ATOMS = (int, float, complex, bool, str, bytes, type(None), type, torch.dtype, torch.device)
_KEPT = (torch.nn.Module, torch.optim.Optimizer, torch.nn.Parameter, torch.Generator)


def cloned(value: Any, memo: dict[int, Any] | None = None) -> Any:
    """``value``, its tensors, arrays and containers copied; models, iterators and the like stay themselves."""
    memo = {} if memo is None else memo
    if isinstance(value, (*_ATOMS, *_KEPT)):
        return value
    if id(value) in memo:
        return memo[id(value)][1]
    result = _copied(value, memo)
    memo[id(value)] = (value, result)  # held, or its id could be reused
    return result


def _copied(value: Any, memo: dict[int, Any]) -> Any:
    if isinstance(value, torch.Tensor):
        return _tensor(value)
    if _is_array(value):
        return value.copy()
    kind = type(value)
    if kind is list:
        return [cloned(item, memo) for item in value]
    if kind is tuple:
        return tuple(cloned(item, memo) for item in value)
    if kind is dict:
        return {key: cloned(item, memo) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return kind(*(cloned(item, memo) for item in value))
    if isinstance(value, (Iterator, set, frozenset)) or callable(value):
        return copy.copy(value) if isinstance(value, set) else value
    return _object(value, memo)


def _tensor(tensor: torch.Tensor) -> torch.Tensor:
    if tensor.requires_grad or _torch.has_own_dispatch(tensor):  # trained, or computed from what is
        return tensor
    with _torch.reading():
        return tensor.clone()


def _object(value: Any, memo: dict[int, Any]) -> Any:
    """A batch of a class of its own: a dataclass, a graph, the output of a tokeniser."""
    try:
        result = copy.copy(value)
        if isinstance(value, dict):
            for key, item in value.items():
                result[key] = cloned(item, memo)
        elif isinstance(value, list):
            result[:] = [cloned(item, memo) for item in value]
        for name, item in vars(value).items() if hasattr(value, "__dict__") else ():
            vars(result)[name] = cloned(item, memo)
    except Exception:
        return value
    return result


def _is_array(value: Any) -> bool:
    numpy: Any = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def tensor_bytes(value: Any, depth: int = 4) -> int:
    """Bytes of the tensors and arrays in ``value``."""
    if isinstance(value, torch.Tensor):
        return bytes_of(value)
    if _is_array(value):
        return int(value.nbytes)
    if depth and isinstance(value, (list, tuple)):
        return sum(tensor_bytes(item, depth - 1) for item in value)
    if depth and isinstance(value, dict):
        return sum(tensor_bytes(item, depth - 1) for item in value.values())
    return 0


def tensors_of(values: Iterable[Any], depth: int = 4) -> Iterator[torch.Tensor]:
    """The tensors in ``values``, containers opened."""
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif depth and isinstance(value, (list, tuple)):
            yield from tensors_of(value, depth - 1)
        elif depth and isinstance(value, dict):
            yield from tensors_of(value.values(), depth - 1)
        elif depth and hasattr(value, "__dict__") and not isinstance(value, (torch.nn.Module, type)):
            yield from tensors_of(vars(value).values(), depth - 1)
