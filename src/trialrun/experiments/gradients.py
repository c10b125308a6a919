"""What a step is about to consume."""

from __future__ import annotations

from typing import Any

import torch


def gradient_squares(groups: list[dict[str, Any]]) -> float:
    """Sum of the squares of all gradients in ``groups``, in float64."""
    gradients = [p.grad for group in groups for p in group["params"] if p.grad is not None]
    dense = [g.coalesce().values() if g.layout is torch.sparse_coo else g for g in gradients]
    return sum(float(torch.linalg.vector_norm(g, dtype=torch.float64)) ** 2 for g in dense if g.is_floating_point())


MOST_ELEMENTS = 65_536  # of all parameters together that are looked at


def some_elements(parameter: torch.Tensor, values: torch.Tensor | None, parameters: int) -> torch.Tensor:
    """A copy of a few of ``values``, of ``parameter``, one of so many; zeros for None. On the host, in float64."""
    stride = 1 + parameter.numel() // max(16, MOST_ELEMENTS // max(1, parameters))
    if values is None:
        return torch.zeros(-(-parameter.numel() // stride), dtype=torch.float64)
    dense = values if values.layout is torch.strided else values.to_dense()
    return dense.detach().reshape(-1)[::stride].to("cpu", torch.float64, copy=True)
