"""Recognising the same input content again, by a print of its values."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

import torch

from trialrun.capture.readings import as_bits, readable

MAX_BYTES = 2**22  # of one tensor; above it, elements at a regular stride stand for all (one pass of 4 MiB takes 3 ms)


def content(tensors: Iterable[torch.Tensor]) -> tuple[Any, ...] | None:
    """A print of the values of ``tensors``; None where there is none to read. Equal values give equal prints."""
    prints: list[Any] = []
    for tensor in tensors:
        if not readable(tensor) or tensor.layout != torch.strided or not tensor.numel():
            continue
        flat = as_bits(tensor).reshape(-1)
        stride = 1 + flat.numel() * flat.element_size() // MAX_BYTES
        part = flat[::stride]
        if part.device.type == "cpu":
            value = zlib.crc32(memoryview(part.contiguous().numpy()).cast("B"))  # type: ignore[arg-type]
        else:
            value = int(part.to(torch.int64).sum().item())
        prints.append((tuple(tensor.shape), value))
    return tuple(prints) or None


MAX_ROWS = 4096


def repeats_itself(tensor: torch.Tensor) -> bool:
    """Whether each sample along axis 0 is in ``tensor`` at least twice: MC dropout in one pass."""
    if not readable(tensor) or tensor.layout != torch.strided or tensor.ndim < 2 or not tensor.numel():
        return False
    rows = tensor.shape[0]
    if not 2 <= rows <= MAX_ROWS or tensor.nbytes > MAX_BYTES:
        return False
    _, counts = torch.unique(as_bits(tensor).reshape(rows, -1), dim=0, return_counts=True)
    return bool((counts >= 2).all())
