"""The samples of a batch: how many, some of them, several batches as one. Axis 0 of every tensor is the batch's."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import torch


class Ragged(list[Any]):
    """Samples out of a list of samples of different lengths: one alone, or some of one length, still are samples."""


def is_ragged(batch: Any) -> bool:
    """Whether ``batch`` is a list of samples of different lengths, one tensor each, and no list of columns."""
    if isinstance(batch, Ragged):
        return True
    if not isinstance(batch, list) or len(batch) < 2 or not all(isinstance(item, torch.Tensor) for item in batch):
        return False
    if len({item.ndim for item in batch}) != 1 or len({item.dtype for item in batch}) != 1:
        return False
    return len({item.shape[0] if item.ndim else 0 for item in batch}) > 1


def count(batch: Any) -> int | None:
    """Samples in ``batch``: the length that most of its tensors share along axis 0; None where it holds no tensor."""
    if is_ragged(batch):
        return len(batch)
    lengths = [tensor.shape[0] for tensor in tensors(batch) if tensor.ndim]
    return Counter(lengths).most_common(1)[0][0] if lengths else None


def tensors(value: Any) -> list[torch.Tensor]:
    """The tensors in ``value``, containers opened, in their order."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        return [tensor for item in value.values() for tensor in tensors(item)]
    if isinstance(value, (list, tuple)):
        return [tensor for item in value for tensor in tensors(item)]
    return []


def mapped(value: Any, change: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    """``value`` with ``change`` made of every tensor in it; containers are built anew, all else stays itself."""
    if isinstance(value, torch.Tensor):
        return change(value)
    if isinstance(value, dict):
        changed = {key: mapped(item, change) for key, item in value.items()}
        if type(value) is dict:
            return changed
        result = copy.copy(value)
        result.update(changed)
        return result
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(mapped(item, change) for item in value))
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(item, change) for item in value)
    return value


def copied(batch: Any) -> Any:
    """``batch`` with tensors of its own: where memory begins can change what a kernel does."""
    return mapped(batch, lambda tensor: tensor.detach().clone())


def take(batch: Any, indices: Sequence[int]) -> Any:
    """The samples at ``indices``, in that order, as a batch with memory of its own; a sample may be taken twice.

    Tensors without the batch's axis are copied whole.
    """
    if is_ragged(batch):
        return Ragged(batch[index].clone() for index in indices)
    size = count(batch)
    at = torch.tensor(list(indices), dtype=torch.long)

    def chosen(tensor: torch.Tensor) -> torch.Tensor:
        if tensor.ndim == 0 or tensor.shape[0] != size:
            return tensor.detach().clone()
        return tensor.detach().index_select(0, at.to(tensor.device))

    return mapped(batch, chosen)


def cast(batch: Any, dtype: torch.dtype) -> Any:
    """``batch`` with its floating-point tensors as ``dtype``."""
    return mapped(batch, lambda tensor: tensor.to(dtype) if tensor.is_floating_point() else tensor)


def moved(batch: Any, device: str | torch.device) -> Any:
    """``batch`` on ``device``."""
    return mapped(batch, lambda tensor: tensor.to(device))


def split(batch: Any, parts: int) -> list[Any]:
    """``batch`` in ``parts`` micro-batches of equal size, the last one smaller where they do not divide it."""
    size = count(batch) or 0
    each = -(-size // parts)
    starts = range(0, size, each) if each else range(0)
    return [take(batch, range(start, min(start + each, size))) for start in starts]
