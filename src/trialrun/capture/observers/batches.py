"""The batch card: the tensors of a training item, or those that entered model and loss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import torch

from trialrun import _torch
from trialrun.capture.cards import MAX_TENSORS, card, named_tensors
from trialrun.capture.events import ModuleCall, Observer, Operation, Update
from trialrun.capture.names import LOSSES
from trialrun.capture.readings import all_finite, readable
from trialrun.capture.sources.loaders import LoaderSource
from trialrun.capture.watch import Watch
from trialrun.evidence.place import Where
from trialrun.evidence.tensors import BatchRecord, TensorCard

DESCRIBED_STEPS = 3  # steps whose tensors are described; later ones only where something is not finite


class Batches(Observer):
    """Describes the loop's item when the model is first called in a step, before the body changes it in place."""

    kinds: ClassVar[tuple[str, ...]] = ("batch",)
    operations = frozenset(LOSSES)

    def __init__(self, watch: Watch, loaders: LoaderSource) -> None:
        self._watch = watch
        self._loaders = loaders
        self._items: set[int] = set()  # identities described since the last update
        self._waiting: dict[tuple[str, Where | None], BatchRecord] = {}

    def module_entered(self, call: ModuleCall) -> None:
        if not call.is_model or not call.grad_enabled or not self._watch.close:
            return
        item = self._watch.position.item()
        if item is not None and id(item) not in self._items:
            found = list(named_tensors(item))[:MAX_TENSORS]
            source = "loader" if any(self._loaders.fetched(tensor) for _, tensor in found) else "loop item"
            self._describe(source, found, call.where)
        if item is not None:
            self._items.add(id(item))
        if len(self._items) <= 1:
            self._describe("model input", list(_entering(call)), call.where)

    def operation(self, op: Operation) -> None:
        if not op.grad_enabled or len(op.inputs) < 2:
            return
        with _torch.reading():
            target = op.inputs[1]
            if not target.requires_grad and ("loss target", None) not in self._waiting:
                self._describe("loss target", [("target", target)], self._watch.position.where())

    def _describe(self, source: str, found: list[tuple[str, torch.Tensor]], where: Where | None) -> None:
        early = self._watch.steps < DESCRIBED_STEPS
        if not found or (source, where) in self._waiting:
            return
        if not early and all(all_finite(tensor) for _, tensor in found if readable(tensor)):
            return
        cards: list[TensorCard] = []
        size = None
        for key, tensor in found[:MAX_TENSORS]:
            proven = self._loaders.batch_first(tensor)
            cards.append(card(key, tensor, proven))
            size = tensor.shape[0] if proven and size is None else size
        self._waiting[source, where] = BatchRecord(self._watch.steps, source, tuple(cards), size, where)

    def updated(self, update: Update) -> None:
        for record in self._waiting.values():
            self._watch.write(record)
        self._waiting.clear()
        self._items.clear()

    def finish(self) -> None:
        """What a step that never came to its update had met: a crash in the first one, perhaps."""
        for record in self._waiting.values():
            self._watch.write(record)
        self._waiting.clear()


def _entering(call: ModuleCall) -> Iterator[tuple[str, torch.Tensor]]:
    """The tensors of a call by position (``[0]``) and by keyword."""
    yield from named_tensors(call.inputs)
    yield from named_tensors(call.keywords)
