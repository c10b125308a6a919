"""How precisely float32 is multiplied: the setting has moved between versions, and reading it can raise."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch

_OLD_NAMES = {"ieee": "highest", "tf32": "high", "bf16": "medium"}  # of `torch.set_float32_matmul_precision`


@contextlib.contextmanager
def fp32_precision(name: str, device_type: str) -> Iterator[bool]:
    """Within, float32 products on ``device_type`` are computed as ``name``: ieee, tf32 or bf16.

    Gives whether this torch could be told so; whether the device heeds it, only its results show. All is put back.
    """
    holders = _holders(device_type)
    with contextlib.ExitStack() as undo:
        if holders:
            told = [_set(holder, name, undo) for holder in holders]
            yield all(told)
        else:
            before, tf32 = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
            undo.callback(torch.set_float32_matmul_precision, before)
            undo.callback(setattr, torch.backends.cudnn, "allow_tf32", tf32)
            torch.set_float32_matmul_precision(_OLD_NAMES[name])
            torch.backends.cudnn.allow_tf32 = name == "tf32"
            yield not (device_type == "cuda" and name == "bf16")


def _holders(device_type: str) -> list[Any]:
    backends: Any = torch.backends
    if not hasattr(backends, "fp32_precision"):  # before torch 2.9
        return []
    if device_type == "cuda":
        return [backends.cuda.matmul, backends.cudnn.conv, backends.cudnn.rnn]
    return [backends.mkldnn.matmul, backends.mkldnn.conv, backends.mkldnn.rnn]


def _set(holder: Any, name: str, undo: contextlib.ExitStack) -> bool:
    try:
        before = holder.fp32_precision
        holder.fp32_precision = name
    except (RuntimeError, AssertionError, ValueError):  # not known to this back end, or old flags were used before
        return False
    undo.callback(setattr, holder, "fp32_precision", before)
    return True
