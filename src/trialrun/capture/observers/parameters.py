"""Names, runs and reach of every parameter; writes a ``ParameterRecord`` each, early and at the end."""

from __future__ import annotations

import weakref
from typing import Any, ClassVar

import torch

from trialrun import _torch
from trialrun.capture.events import Backward, ModuleCall, Observer, Update
from trialrun.capture.ledger import Entry, Ledger
from trialrun.capture.observers.updates import Updates
from trialrun.capture.readings import fingerprint, readable
from trialrun.capture.roots import RootLabels
from trialrun.capture.watch import Watch
from trialrun.evidence.model import ParameterRecord

EARLY_UPDATES = 3  # after each of these the records are written, so that a kill keeps something


class Parameters(Observer):
    """Fills the ledger from module calls and backwards, and turns it into records."""

    kinds: ClassVar[tuple[str, ...]] = ("parameter",)

    def __init__(self, watch: Watch, ledger: Ledger, labels: RootLabels, updates: Updates) -> None:
        self._watch = watch
        self._ledger = ledger
        self._labels = labels
        self._updates = updates
        self._known: weakref.WeakKeyDictionary[torch.nn.Module, tuple[int, ...]] = weakref.WeakKeyDictionary()
        self._built: dict[int, int] = {}  # when each optimiser was built, on the ledger's clock

    # -- events

    def optimiser_built(self, optimiser: torch.optim.Optimizer, ident: int) -> None:
        self._built[ident] = self._ledger.tick()

    def module_entered(self, call: ModuleCall) -> None:
        if call.outermost:
            self._meet(call.root, call.grad_enabled)

    def module_left(self, call: ModuleCall, output: Any) -> None:
        if call.outermost:
            self._meet(call.root, call.grad_enabled)  # lazily made parameters exist now
        if call.grad_enabled:
            for tensor in call.module._parameters.values():
                if tensor is not None:
                    self._ledger.of(tensor).module_runs += 1

    def backward_begins(self, event: Backward) -> None:
        for leaf in event.reached.values():
            if isinstance(leaf, torch.nn.Parameter) or self._ledger.find(leaf) is not None:
                self._first_sight(self._ledger.of(leaf), leaf)

    def backward_ended(self, event: Backward) -> None:
        if event.complete:
            leaves = [leaf for leaf in event.reached.values() if self._ledger.find(leaf) is not None]
            for leaf in leaves:
                self._ledger.of(leaf).reached += 1
        else:  # a claim that something was not reached cannot be made
            for entry in self._ledger:
                entry.reached += 1

    def updated(self, update: Update) -> None:
        if update.index < EARLY_UPDATES:
            self.write()

    def finish(self) -> None:
        self.write()

    # -- parts

    def _meet(self, root: torch.nn.Module, grad_enabled: bool) -> bool:
        """Name the parameters of ``root``; true if it has others than at the last call.

        ``grad_enabled`` is the script's: while observers are told, gradients are off.
        """
        ids = (grad_enabled, *(id(tensor) for tensor in root.parameters()))
        if self._known.get(root) == ids:
            return False
        self._known[root] = ids
        label = self._labels.of(root)
        for name, tensor in root.named_parameters():
            if _torch.is_lazy(tensor):
                continue
            entry = self._ledger.of(tensor)
            entry.owned = True
            entry.requires_grad = tensor.requires_grad
            if not entry.root or len(name) > len(entry.name):  # a part called alone is named from the whole
                entry.name, entry.root = name, label
                entry.module = name.rpartition(".")[0]
            if grad_enabled:
                self._first_sight(entry, tensor)
        return True

    def _first_sight(self, entry: Entry, tensor: torch.Tensor) -> None:
        if entry.first_bits is None and readable(tensor) and self._watch.close:
            entry.first_bits = fingerprint(tensor)

    def write(self) -> None:
        """All records as of now."""
        first_built: dict[str, int] = {}
        for entry in self._ledger:
            for ident in entry.optimisers:
                built = self._built.get(ident, 0)
                first_built[entry.root] = min(first_built.get(entry.root, built), built)
        for entry in self._ledger:
            if not (entry.owned or entry.optimisers or entry.reached):
                continue  # registered or loaded somewhere, and never used
            late = entry.registered > first_built.get(entry.root, entry.registered)
            self._watch.write(self._record(entry, late))
        for record in self._updates.optimiser_records():
            self._watch.write(record)

    def _record(self, entry: Entry, late: bool) -> ParameterRecord:
        tensor = entry.tensor()
        changed = entry.changes > 0
        if not changed and tensor is not None and entry.first_bits is not None and readable(tensor):
            changed = fingerprint(tensor) != entry.first_bits
        return ParameterRecord(
            id=entry.id,
            name=entry.name,
            root=entry.root,
            module=entry.module,
            shape=entry.shape,
            numel=entry.numel,
            dtype=entry.dtype,
            requires_grad=entry.requires_grad if tensor is None else tensor.requires_grad,
            optimisers=tuple(sorted(entry.optimisers)),
            module_runs=entry.module_runs,
            reached=entry.reached,
            gradient_norms=tuple(entry.gradient_norms),
            weight_norm=entry.weight_norm,
            update_ratio=entry.update_ratio,
            changed=changed,
            created_after_optimiser=late,
            loaded=entry.loaded,
            value_reaches_loss=entry.value_reaches_loss,
            cuts=tuple(entry.cuts),
            weight_decay=entry.weight_decay,
        )
