"""What a step is about to consume."""

from __future__ import annotations

from typing import Any

import torch


def gradient_squares(groups: list[dict[str, Any]]) -> float:
    """Sum of the squares of all gradients in ``groups``, in float64."""
    gradients = [p.grad for group in groups for p in group["params"] if p.grad is not None]
    dense = [g.coalesce().values() if g.layout is torch.sparse_coo else g for g in gradients]
    return sum(float(torch.linalg.vector_norm(g, dtype=torch.float64)) ** 2 for g in dense if g.is_floating_point())
