"""What a tensor came straight out of, by the autograd graph."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture.names import ACTIVATION_NODES, LAYER_NODES, LINEAR_NODES, MOVING_NODES
from trialrun.evidence.place import Where

MAX_STEPS = 32

_CLASS = re.compile(r"(\w+?)Backward\d*$")


def mark_activation(result: torch.Tensor, where: Where | None) -> None:
    """Remember the line at which the activation that gave ``result`` was applied."""
    if result.grad_fn is not None:
        _torch.tag(result.grad_fn)["activation"] = where


def came_from(tensor: torch.Tensor) -> tuple[str | None, Where | None, Any]:
    """The activation that ``tensor`` is the output of, reshaped at most; its line if known; and its autograd node.

    ``log(softmax(x))`` is a ``log_softmax``.
    """
    return _behind(tensor.grad_fn)


def _behind(node: Any) -> tuple[str | None, Where | None, Any]:
    logarithm = None
    for _ in range(MAX_STEPS):
        if node is None:
            break
        name = _name(node)
        if name in ACTIVATION_NODES:
            found = ACTIVATION_NODES[name]
            where = node.metadata.get("trialrun", {}).get("activation")
            if logarithm is not None:
                return ("log_softmax", where, node) if found == "softmax" else (None, None, None)
            return found, where, node
        if name == "Log" and logarithm is None:
            logarithm = node
        elif name not in MOVING_NODES:
            break
        node = next((following for following, _ in node.next_functions if following is not None), None)
    return None, None, None


def loss_input(function: str, tensor: torch.Tensor) -> tuple[str | None, Where | None]:
    """The activation in front of a loss, as ``LossCall.input_from`` means it.

    ``nll_loss`` wants log-probabilities, so there the question is what entered the ``log_softmax`` in front of it:
    "softmax" if that was one already, else "log_softmax"; "softmax without log" if there is no logarithm at all.
    """
    name, where, node = came_from(tensor)
    if function != "nll_loss":
        return name, where
    if name == "softmax":
        return "softmax without log", where
    if name == "log_softmax" and type(node).__name__.startswith("LogSoftmax"):
        before, before_where, _ = _behind(next((n for n, _ in node.next_functions if n is not None), None))
        if before == "softmax":
            return before, before_where
    return name, where


def bare_layer(tensor: torch.Tensor) -> tuple[str | None, Any]:
    """The linear or convolution layer that ``tensor`` is the output of, reshaped at most, and its autograd node.

    Only one whose weights are leaves: weights that are themselves computed may be bounded or normalised.
    """
    node: Any = tensor.grad_fn
    for _ in range(MAX_STEPS):
        if node is None:
            break
        name = _name(node)
        if name in LAYER_NODES:
            return (LAYER_NODES[name], node) if _has_leaf(node) else (None, None)
        parts = [following for following, _ in node.next_functions if following is not None]
        if name == "Add" and any(_torch.leaf_of(part) is not None for part in parts):  # a bias added by hand
            parts = [part for part in parts if _torch.leaf_of(part) is None]
        elif name not in MOVING_NODES:
            break
        node = next(iter(parts), None)
    return None, None


def _name(node: Any) -> str:
    match = _CLASS.match(type(node).__name__)
    return match.group(1) if match else ""


def _has_leaf(node: Any) -> bool:
    for part, _ in node.next_functions:
        while part is not None and _name(part) in ("T", "ToCopy", "Transpose", "View"):
            part = part.next_functions[0][0]
        if part is not None and _torch.leaf_of(part) is not None:
            return True
    return False


def origin(tensor: torch.Tensor) -> Any:
    """The autograd node that made the values of ``tensor``, before they were reshaped; None for a leaf."""
    node: Any = tensor.grad_fn
    for _ in range(MAX_STEPS):
        if node is None or _name(node) not in MOVING_NODES:
            break
        following = next((following for following, _ in node.next_functions if following is not None), None)
        if following is None or _torch.leaf_of(following) is not None:
            break
        node = following
    return node


def is_summed(losses: Iterable[torch.Tensor], call: int, limit: int = 20_000) -> bool:
    """Whether ``losses`` are a sum, mean or multiple of loss call ``call``; False if a function bends it on the way."""
    queue = deque(tensor.grad_fn for tensor in losses if tensor.grad_fn is not None)
    seen = set(queue)
    while queue and len(seen) <= limit:
        node: Any = queue.popleft()
        if node.metadata.get("trialrun", {}).get("loss") == call:
            return True
        parts = [following for following, _ in node.next_functions if following is not None]
        if _name(node) not in LINEAR_NODES | MOVING_NODES or (_name(node) == "Mul" and parts[1:] == parts[:1]):
            continue  # x * x is a square
        queue.extend(part for part in parts if part not in seen)
        seen.update(parts)
    return False


def enters_elsewhere(
    losses: Iterable[torch.Tensor], inner: tuple[str, object], outer: tuple[str, object], limit: int = 20_000
) -> bool:
    """Whether the node marked ``inner`` lies behind ``losses`` by a way that leaves out the node marked ``outer``.

    A mark is the key and the value of a tag. True where the graph is too large to tell.
    """
    queue = deque(tensor.grad_fn for tensor in losses if tensor.grad_fn is not None)
    seen = set(queue)
    while queue:
        node: Any = queue.popleft()
        mark = node.metadata.get("trialrun", {})
        if mark.get(inner[0]) == inner[1]:
            return True
        if mark.get(outer[0]) == outer[1]:
            continue
        for following, _ in node.next_functions:
            if following is not None and following not in seen:
                seen.add(following)
                queue.append(following)
        if len(seen) > limit:
            return True
    return False
