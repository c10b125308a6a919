"""Walks of the autograd graph: which leaves a loss reaches, and what lies on the way.

A walk holds nodes only while it runs. What must be remembered about a node is put into the node itself
(``_torch.tag``), so that it dies with it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import torch

from trialrun import _torch

MAX_NODES = 100_000  # about 0.2 s; an unrolled network of 10,000 steps has fewer


@dataclass(slots=True)
class Walk:
    """``leaves`` by id; ``marks`` nearest first; ``complete`` is False if the graph was cut off at ``MAX_NODES``."""

    leaves: dict[int, torch.Tensor] = field(default_factory=dict)
    marks: list[dict[str, Any]] = field(default_factory=list)
    complete: bool = True


def walk(tensors: Iterable[torch.Tensor], limit: int = MAX_NODES) -> Walk:
    """Everything behind ``tensors``, breadth first, so that marks come nearest first."""
    found = Walk()
    queue: deque[Any] = deque()
    for tensor in tensors:
        if tensor.grad_fn is not None:
            queue.append(tensor.grad_fn)
        elif tensor.requires_grad:
            found.leaves[id(tensor)] = tensor
    seen = set(queue)
    while queue:
        node = queue.popleft()
        leaf = _torch.leaf_of(node)
        if leaf is not None:
            found.leaves[id(leaf)] = leaf
            continue
        mark = node.metadata.get("trialrun")
        if mark:
            found.marks.append(mark)
        for following, _ in node.next_functions:
            if following is not None and following not in seen:
                if len(seen) >= limit:
                    found.complete = False
                    return found
                seen.add(following)
                queue.append(following)
    return found
