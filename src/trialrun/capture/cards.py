"""Describing a tensor, and finding the tensors in an item of a loader."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

import torch

from trialrun.capture.readings import dtype_name, elements, numbers, readable
from trialrun.evidence.tensors import TensorCard

MAX_TENSORS = 16
MAX_DEPTH = 3
MAX_LABELS = 64  # distinct values of what may be labels
MAX_COUNTED = 1_000_000  # elements looked through for labels


def named_tensors(item: object, key: str = "", depth: int = MAX_DEPTH) -> Iterator[tuple[str, torch.Tensor]]:
    """Tensors of ``item`` with the path to each: ``[0]``, ``image``, ``x``.

    Looks into lists, tuples, mappings, dataclasses and plain objects' attributes, and calls none of their code but
    that of mappings.
    """
    if isinstance(item, torch.Tensor):
        yield key, item
    elif depth <= 0 or item is None or isinstance(item, (str, bytes, int, float, type, torch.nn.Module)):
        return
    elif isinstance(item, (list, tuple)):
        names = getattr(item, "_fields", None)  # of a named tuple
        for index, value in enumerate(item[:MAX_TENSORS]):
            name = names[index] if names else f"[{index}]"
            yield from named_tensors(value, _joined(key, name), depth - 1)
    elif isinstance(item, Mapping):
        for name, value in list(item.items())[: 4 * MAX_TENSORS]:
            yield from named_tensors(value, _joined(key, str(name)), depth - 1)
    elif dataclasses.is_dataclass(item) or hasattr(item, "__dict__"):
        for name, value in list(vars(item).items())[: 4 * MAX_TENSORS]:
            yield from named_tensors(value, _joined(key, name), depth - 1)


def _joined(key: str, name: str) -> str:
    return name if not key else key + name if name.startswith("[") else f"{key}.{name}"


def card(key: str, tensor: torch.Tensor, batch_first: bool = False) -> TensorCard:
    """``tensor`` described; ``batch_first`` says that its first axis is proven to be the batch."""
    plain = TensorCard(
        key=key,
        shape=tuple(tensor.shape),
        dtype=dtype_name(tensor.dtype),
        device=str(tensor.device),
        axes=axes(tensor, batch_first),
        requires_grad=tensor.requires_grad,
    )
    if not readable(tensor) or tensor.numel() == 0 or tensor.is_complex():
        return plain
    held = elements(tensor)
    if held.numel() == 0:
        return plain
    lost, first = _nonfinite(tensor, held)
    values = held[torch.isfinite(held)] if lost else held
    described = dataclasses.replace(plain, nonfinite_count=lost, nonfinite_first=first, label_counts=labels(held))
    if values.numel() == 0:
        return described
    wide = values if values.dtype in (torch.float32, torch.float64) else values.float()
    low, high, mean, std = numbers([wide.amin(), wide.amax(), wide.mean(), wide.std(correction=0)])
    return dataclasses.replace(described, minimum=low, maximum=high, mean=mean, std=std)


def _nonfinite(tensor: torch.Tensor, held: torch.Tensor) -> tuple[int, tuple[int, ...] | None]:
    if not held.is_floating_point():
        return 0, None
    bad = ~torch.isfinite(held)
    count = int(bad.sum())
    if not count or held.shape != tensor.shape:
        return count, None
    flat = int(bad.reshape(-1).to(torch.uint8).argmax())
    index = []
    for size in reversed(tensor.shape):
        index.append(flat % size)
        flat //= size
    return count, tuple(reversed(index))


def labels(held: torch.Tensor) -> dict[str, int] | None:
    """How often each value occurs, for integers and booleans of few distinct values."""
    if held.is_floating_point() or held.numel() > MAX_COUNTED:
        return None
    values, counts = torch.unique(held, return_counts=True)
    if values.numel() > MAX_LABELS:
        return None
    return {str(value): int(count) for value, count in zip(values.tolist(), counts.tolist(), strict=True)}


_IMAGE_CHANNELS = (1, 3, 4)


def axes(tensor: torch.Tensor, batch_first: bool) -> tuple[str, ...]:
    """A name for each axis. "batch" alone is proven; the others end in "?": they are guessed from rank and sizes."""
    shape, first = tuple(tensor.shape), "batch" if batch_first else "batch?"
    if not shape:
        return ()
    if len(shape) == 4 and tensor.is_floating_point():
        last = shape[3] in _IMAGE_CHANNELS and shape[1] not in _IMAGE_CHANNELS
        rest = ("height?", "width?", "channel?") if last else ("channel?", "height?", "width?")
        return (first, *rest)
    if len(shape) == 3 and tensor.is_floating_point():
        if shape[1] == shape[2] and shape[1] >= 8:
            return (first, "height?", "width?")
        return (first, "sequence?", "feature?") if batch_first else ("?", "?", "feature?")
    if len(shape) == 2:
        return (first, "feature?") if tensor.is_floating_point() else (first, "sequence?")
    return (first, *("?" for _ in shape[1:])) if len(shape) == 1 or batch_first else tuple("?" for _ in shape)
