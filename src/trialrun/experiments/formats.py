"""Floating-point formats by the names that the field uses, and distances in units in the last place (ULP)."""

from __future__ import annotations

import torch

DTYPES: dict[str, torch.dtype] = {
    "fp64": torch.float64,
    "fp32": torch.float32,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
}


def spacing(at: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """The distance from each magnitude of ``at`` (float64) to the next larger number of ``dtype``, in float64.

    eps x 2^floor(log2 |x|), and the spacing of the subnormal numbers below the smallest normal one.
    """
    info = torch.finfo(dtype)
    smallest = torch.tensor(info.smallest_normal, dtype=torch.float64, device=at.device)
    exponent = torch.frexp(torch.maximum(at.double().abs(), smallest)).exponent - 1
    return torch.ldexp(torch.full_like(smallest.expand(exponent.shape), info.eps), exponent)


def ulp_apart(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Element by element, the distance of two tensors of one dtype in ULP of the larger magnitude, in float64.

    Near zero this is huge where both are as good as equal: judge by :func:`ulp_at_row_maximum`.
    """
    larger = torch.maximum(one.double().abs(), other.double().abs())
    return (one.double() - other.double()).abs() / spacing(larger, one.dtype)


def ulp_at_row_maximum(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """The largest distance within each row in ULP of the row's largest magnitude, in float64.

    ``one``, ``other``: (rows, ...) of one dtype. Returns (rows,). A sum of terms as large as the row's maximum is
    off by that maximum's ULP, however small what it comes to.
    """
    rows, others = one.double().flatten(1), other.double().flatten(1)
    if not rows.shape[1]:
        return torch.zeros(rows.shape[0], dtype=torch.float64, device=one.device)
    largest = torch.maximum(rows.abs().amax(1), others.abs().amax(1))
    return (rows - others).abs().amax(1) / spacing(largest, one.dtype)
