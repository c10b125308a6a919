"""Numbers read from tensors without changing them. Call inside ``_torch.reading()``."""

from __future__ import annotations

import cmath
import math
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeGuard

import torch

from trialrun import _torch

_INTEGERS = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


def readable(value: object) -> TypeGuard[torch.Tensor]:
    """Whether ``value`` is a tensor whose elements can be read: dense or sparse, on a real device, nobody's wrapper."""
    return (
        isinstance(value, torch.Tensor)
        and not _torch.has_own_dispatch(value)
        and value.device.type != "meta"
        and not value.is_quantized
        and not value.is_nested
        and not _torch.is_lazy(value)
    )


def tensors_in(value: object, depth: int = 3) -> Iterator[torch.Tensor]:
    """Tensors in nested tuples, lists and dicts, in order."""
    if isinstance(value, torch.Tensor):
        yield value
    elif depth > 0 and isinstance(value, (list, tuple)):
        for item in value:
            yield from tensors_in(item, depth - 1)
    elif depth > 0 and isinstance(value, dict):
        for item in value.values():
            yield from tensors_in(item, depth - 1)


def elements(tensor: torch.Tensor) -> torch.Tensor:
    """The stored elements: those of a sparse tensor summed per index, ``tensor`` itself otherwise."""
    tensor = tensor.detach()
    if tensor.layout == torch.sparse_coo:
        return tensor.coalesce().values()
    return tensor.values() if tensor.layout != torch.strided else tensor


def dtype_name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def numbers(scalars: Sequence[torch.Tensor]) -> list[float]:
    """The values of 0-d tensors, with one host read a device and dtype."""
    found = [math.nan] * len(scalars)
    groups: dict[tuple[torch.device, torch.dtype], list[int]] = defaultdict(list)
    for index, scalar in enumerate(scalars):
        groups[scalar.device, scalar.dtype].append(index)
    for indices in groups.values():
        for index, value in zip(indices, torch.stack([scalars[i] for i in indices]).tolist(), strict=True):
            found[index] = float(value)
    return found


def norms(tensors: Iterable[torch.Tensor]) -> list[float]:
    """L2 norms, computed at least in float32."""
    scalars = []
    for tensor in tensors:
        held = elements(tensor)
        if not (held.is_floating_point() or held.is_complex()):
            held = held.float()
        narrow = held.is_floating_point() and held.element_size() < 4
        scalars.append(torch.linalg.vector_norm(held, dtype=torch.float32 if narrow else None))
    return numbers(scalars)


def total(values: Iterable[float | None]) -> float | None:
    """The L2 norm of parts whose norms are ``values``; None if there is none."""
    known = [value for value in values if value is not None]
    return math.sqrt(sum(value * value for value in known)) if known else None


def scalar(value: object) -> float | None:
    """The value of a tensor of one real element, or of a number."""
    if isinstance(value, (int, float)):
        return float(value)
    if readable(value) and value.numel() == 1 and not value.is_complex() and value.layout == torch.strided:
        return float(value.detach().item())
    return None


def all_finite(tensor: torch.Tensor) -> bool:
    """Whether no element is NaN or infinite; true for types that cannot be."""
    held = elements(tensor)
    if not (held.is_floating_point() or held.is_complex()):
        return True
    quick = complex(held.sum().item())  # one pass; only an overflow of finite elements needs the second look
    return cmath.isfinite(quick) or bool(torch.isfinite(held).all())


def as_bits(tensor: torch.Tensor) -> torch.Tensor:
    """The elements as integers of the same width, so that NaN equals NaN and 0.0 differs from -0.0."""
    held = elements(tensor)
    if held.is_complex():
        held = torch.view_as_real(held.resolve_conj())
    whole = _INTEGERS.get(held.element_size())
    return held if whole is None or not held.is_floating_point() else held.view(whole)


def same_bits(left: torch.Tensor, right: torch.Tensor) -> bool:
    return left.shape == right.shape and left.dtype == right.dtype and torch.equal(as_bits(left), as_bits(right))


def _bytes(bits: torch.Tensor) -> Any:
    return memoryview(bits.contiguous().reshape(-1).numpy()).cast("B")  # type: ignore[arg-type]


def fingerprint(tensor: torch.Tensor) -> tuple[Any, ...]:
    """A value that differs when any bit of ``tensor`` does, but for a chance of about 1 in 2**32.

    On the host a checksum of the bytes; elsewhere two sums over the elements as integers, so that nothing is copied.
    """
    bits = as_bits(tensor)
    shape = tuple(tensor.shape)
    if bits.device.type == "cpu":
        return (shape, zlib.crc32(_bytes(bits)) if bits.numel() else 0)
    wide = bits.to(torch.int64)
    return (shape, int(wide.sum().item()), int((wide * wide).sum().item()))
