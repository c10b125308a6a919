"""What a loss is made of, read from its autograd graph: known loss functions alone, or something else besides."""

from __future__ import annotations

from collections import deque
from typing import Any

import torch

from trialrun import _torch

# Nodes through which a floor of 0 stays 0: sums, means and multiples of losses.
_PASSING = frozenset((
    "Add", "Mul", "Div", "Mean", "Sum", "Stack", "Cat", "Select", "Slice", "Index", "View", "UnsafeView", "Reshape",
    "Squeeze", "Unsqueeze", "Expand", "ToCopy", "Clone", "Alias", "MaskedSelect", "Where", "Unbind", "Split",
))  # fmt: skip
_AFFINE = _PASSING | frozenset((
    "Addmm", "Mm", "Bmm", "Baddbmm", "Mv", "Dot", "T", "Transpose", "Permute", "Sub", "Rsub", "Neg", "AsStrided",
    "Linear", "Convolution", "Embedding", "Repeat", "Flatten", "LogSoftmax", "Softmax", "Sigmoid", "NllLoss",
    "NllLoss2D", "MseLoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "BinaryCrossEntropyWithLogits",
    "BinaryCrossEntropy", "Gather", "Movedim",
))  # fmt: skip
MAX_NODES = 20_000


def kind_of(node: Any) -> str:
    """ "Addmm" for ``AddmmBackward0``."""
    return type(node).__name__.split("Backward")[0]


def terms_of(loss: torch.Tensor, mark: str) -> list[Any] | None:
    """The values under ``mark`` of the tagged nodes that ``loss`` is a sum, mean or multiple of.

    None if something else goes into it too. Squares and absolute values that somebody wrote by hand count as loss
    functions of floor 0, given as ``"squares"``, unless they are taken of weights (a penalty).
    """
    if loss.grad_fn is None:
        return None
    found: list[Any] = []
    root: Any = loss.grad_fn
    waiting, seen = deque([root]), {root}
    while waiting:
        node = waiting.popleft()
        ours = node.metadata.get("trialrun") or {}
        if mark in ours:
            found.append(ours[mark])
            continue
        kind = kind_of(node)
        if (kind == "Pow" and getattr(node, "_saved_exponent", None) == 2) or kind == "Abs":
            if any(_torch.leaf_of(following) is not None for following, _ in node.next_functions if following):
                return None
            found.append("squares")
            continue
        if kind not in _PASSING or len(seen) > MAX_NODES:
            return None
        for following, _ in node.next_functions:
            if following is not None and following not in seen:
                seen.add(following)
                waiting.append(following)
    return found or None


def passes_float16(loss: torch.Tensor) -> bool:
    """Whether a gradient in float16 flows anywhere between ``loss`` and its leaves, as far as :data:`MAX_NODES` go."""
    root: Any = loss.grad_fn
    waiting, seen = deque([root] if root is not None else []), {root}
    while waiting and len(seen) <= MAX_NODES:
        node = waiting.popleft()
        if torch.float16 in _torch.gradient_dtypes(node):
            return True
        for following, _ in node.next_functions:
            if following is not None and following not in seen:
                seen.add(following)
                waiting.append(following)
    return False


def is_nonlinear(loss: torch.Tensor) -> bool | None:
    """Whether an operation that is not affine lies between the loss function and the weights; None: too large to tell.

    A softmax or sigmoid at the end does not make a linear classifier nonlinear.
    """
    if loss.grad_fn is None:
        return None
    root: Any = loss.grad_fn
    waiting, seen = deque([root]), {root}
    while waiting:
        node = waiting.popleft()
        leaf = _torch.leaf_of(node)
        kind = kind_of(node)
        squares = kind in ("Pow", "Abs")
        if leaf is None and kind not in _AFFINE and not squares:
            return True
        if len(seen) > MAX_NODES:
            return None
        for following, _ in node.next_functions:
            if following is not None and following not in seen:
                seen.add(following)
                waiting.append(following)
    return False
