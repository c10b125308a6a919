"""A prediction of shape (N, 1) that met a target of shape (N,), or the reverse: N x N pairs.

A prediction is what came from a model or, where there is none, a product of a matrix and a column of weights.
"""

from __future__ import annotations

from typing import ClassVar

import torch

from trialrun.capture.events import ModuleCall, Observer, Operation
from trialrun.capture.names import PAIRING
from trialrun.capture.taint import Taints
from trialrun.capture.watch import Watch
from trialrun.evidence.tensors import BroadcastPair

MAX_PAIRS = 3  # records for one line
_PRODUCTS = frozenset(("MmBackward0", "AddmmBackward0"))


class Broadcasts(Observer):
    """Writes a ``BroadcastPair`` where exactly one side is a prediction."""

    kinds: ClassVar[tuple[str, ...]] = ("broadcast",)
    operations = PAIRING

    def __init__(self, watch: Watch, taints: Taints) -> None:
        self._watch = watch
        self._taints = taints
        self._written: dict[object, int] = {}
        self._has_model = False

    def module_entered(self, call: ModuleCall) -> None:
        self._has_model = self._has_model or next(call.module.parameters(), None) is not None

    def operation(self, op: Operation) -> None:
        if len(op.inputs) < 2:
            return
        left, right = op.inputs[0], op.inputs[1]
        if not _crosses(left, right):
            return
        of_left, of_right = bool(self._taints.of(left).calls), bool(self._taints.of(right).calls)
        by_hand = op.name == "sub" and not self._has_model
        if by_hand:
            of_left, of_right = _is_product(left, right), _is_product(right, left)
        if of_left == of_right or _is_trained(right if of_left else left):
            return
        where = self._watch.position.where()
        count = self._written.get(where, 0)
        self._written[where] = count + 1
        if count < MAX_PAIRS:
            size = left.shape[0]
            side = "left" if of_left else "right"
            shapes = tuple(left.shape), tuple(right.shape), (size, size)
            self._watch.write(BroadcastPair(self._watch.steps, op.name, where, *shapes, side, by_hand))


def _crosses(left: torch.Tensor, right: torch.Tensor) -> bool:
    if left.ndim < right.ndim:
        left, right = right, left
    return left.ndim == 2 and right.ndim == 1 and left.shape[1] == 1 and left.shape[0] == right.shape[0] > 1


def _is_product(tensor: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether ``tensor`` is ``x @ weight``, maybe with a bias, and only it has a gradient: a model without a module."""
    node = tensor.grad_fn
    if node is None or tensor.ndim != 2 or other.requires_grad:
        return False
    before = [given for given, _ in node.next_functions if given is not None]
    return any(one.name() in _PRODUCTS for one in ([node, *before] if node.name() == "AddBackward0" else [node]))


def _is_trained(tensor: torch.Tensor) -> bool:
    return tensor.requires_grad and tensor.grad_fn is None
