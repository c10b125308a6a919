"""Follows values from model outputs to losses, across operations that cut the autograd graph."""

from __future__ import annotations

from typing import Any, ClassVar

import torch

from trialrun import _torch
from trialrun.capture.events import Backward, ModuleCall, Observer, Operation, Update
from trialrun.capture.graph import walk
from trialrun.capture.ledger import Ledger
from trialrun.capture.names import ESCAPES, FIRST_ONLY, RETURNS, SHAPE_ONLY
from trialrun.capture.taint import CLEAN, Taint, Taints
from trialrun.capture.watch import Watch
from trialrun.evidence.model import CutSite

MAX_NODES = 20_000  # of the graph behind one cut
MAX_NUMBERS = 4096  # followed at once


class Values(Observer):
    """Propagates taint; at each backward tells the ledger which parameters led to the loss by value alone.

    A Python number is known again where it enters an operation itself (``gate.item() * x``). Else numbers and NumPy
    arrays cannot be followed: what left for them in a step taints every tensor that is made from such data later in the
    same step.
    """

    kinds: ClassVar[tuple[str, ...]] = ("parameter",)

    def __init__(self, watch: Watch, ledger: Ledger, taints: Taints) -> None:
        self._watch = watch
        self._ledger = ledger
        self._taints = taints
        self._calls = 0
        self._escaped = CLEAN
        self._numbers: dict[int, tuple[float, Taint]] = {}  # by identity, so they are kept until the next update

    def module_left(self, call: ModuleCall, output: Any) -> None:
        if not call.is_model:
            return
        call.number = self._calls
        self._calls += 1
        for tensor in call.outputs(output):
            self._taints.put(tensor, self._taints.of(tensor) | Taint(frozenset((call.number,))))
            if tensor.grad_fn is not None:
                _torch.tag(tensor.grad_fn).setdefault("calls", set()).add(call.number)

    def operation(self, op: Operation) -> None:
        if op.name in SHAPE_ONLY:
            return
        sources = op.inputs[:1] if op.name in FIRST_ONLY else op.inputs
        taint = self._taints.all_of(sources)
        if op.name in ESCAPES and op.inputs:
            left = self._cut(op, taint, op.inputs[:1])
            self._escaped = self._escaped | left
            if isinstance(op.result, float) and left.lost and len(self._numbers) < MAX_NUMBERS:
                self._numbers[id(op.result)] = (op.result, left)
            return
        if self._numbers:
            taint = taint | self._numbers_among((*op.args, *op.kwargs.values()))
        if op.name in RETURNS and not op.inputs:
            taint = Taint(frozenset(), self._escaped.lost, self._escaped.cuts)
        needing = [tensor for tensor in sources if tensor.requires_grad] if op.grad_enabled else []
        for tensor in op.outputs:
            whole = self._cut(op, taint, needing) if needing and not tensor.requires_grad else taint
            if whole.calls or whole.lost:
                self._taints.put(tensor, whole)
            elif op.in_place:
                self._taints.drop(tensor)

    def backward_begins(self, event: Backward) -> None:
        reached = frozenset(
            entry.id for leaf in event.reached.values() if (entry := self._ledger.find(leaf)) is not None
        )
        for loss in event.losses:
            if loss.grad_fn is not None and event.complete:
                _torch.tag(loss.grad_fn)["reached"] = reached
        taint = self._taints.all_of(event.losses)
        for mark in event.marks:
            taint = taint | Taint(frozenset(mark.get("calls", ())))
        event.calls = taint.calls
        for number in taint.lost - reached:
            entry = self._ledger.at(number)
            entry.value_reaches_loss = True
            entry.cuts.extend(cut for cut in taint.cuts if cut not in entry.cuts)
            del entry.cuts[8:]

    def updated(self, update: Update) -> None:
        self._escaped = CLEAN
        self._numbers.clear()

    def _numbers_among(self, arguments: tuple[Any, ...]) -> Taint:
        union = CLEAN
        for argument in arguments:
            held = self._numbers.get(id(argument)) if isinstance(argument, float) else None
            if held is not None:
                union = union | Taint(frozenset(), held[1].lost, held[1].cuts)
        return union

    def _cut(self, op: Operation, taint: Taint, sources: list[torch.Tensor]) -> Taint:
        """``taint`` and the parameters behind ``sources``, which the operation leaves behind."""
        lost: frozenset[int] = frozenset()
        for tensor in sources:
            lost |= self._parameters_behind(tensor)
        if not lost:
            return taint
        return taint | Taint(frozenset(), lost, (CutSite(_SPOKEN.get(op.name, op.name), self._watch.position.where()),))

    def _parameters_behind(self, tensor: torch.Tensor) -> frozenset[int]:
        if tensor.grad_fn is None:
            entry = self._ledger.find(tensor)
            return frozenset((entry.id,)) if entry is not None else frozenset()
        mark = _torch.tag(tensor.grad_fn)
        if "reached" not in mark:
            found = walk([tensor], MAX_NODES)
            entries = (self._ledger.find(leaf) for leaf in found.leaves.values())
            mark["reached"] = frozenset(entry.id for entry in entries if entry is not None)
        known: frozenset[int] = mark["reached"]
        return known


_SPOKEN = {
    "data": ".data",
    "item": ".item()",
    "tolist": ".tolist()",
    "numpy": ".numpy()",
    "__array__": "numpy.asarray()",
    "__float__": "float()",
    "__int__": "int()",
}
