"""Leaves that backwards reach and that no module registers: held by a plain attribute, a list or a dict."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import torch

from trialrun import _torch
from trialrun.capture.events import Backward, ModuleCall, Observer, Update
from trialrun.capture.graph import walk
from trialrun.capture.ledger import Ledger
from trialrun.capture.readings import fingerprint, readable
from trialrun.capture.roots import RootLabels
from trialrun.capture.watch import Watch
from trialrun.evidence.leaves import LooseLeaf

MAX_LEAVES = 128
MAX_ELEMENTS = 2**22  # larger ones are not printed, and so not judged
MAX_NODES = 32  # of the graph between an attribute and the leaf it was computed from
MAX_DEPTH = 2  # of lists and dicts looked into


@dataclass(slots=True, eq=False)
class _Leaf:
    tensor: Callable[[], torch.Tensor | None]
    bits: tuple[Any, ...]
    last_step: int = -1
    steps: int = 0
    cleared: int = 0


class LooseLeaves(Observer):
    """Follows each such leaf weakly: inputs that are made anew for each batch are seen once and gone."""

    kinds: ClassVar[tuple[str, ...]] = ("loose_leaf",)

    def __init__(self, watch: Watch, ledger: Ledger, labels: RootLabels) -> None:
        self._watch = watch
        self._ledger = ledger
        self._labels = labels
        self._leaves: dict[int, _Leaf] = {}
        self._written: dict[tuple[str, str], LooseLeaf] = {}
        self._roots: weakref.WeakSet[torch.nn.Module] = weakref.WeakSet()

    def module_entered(self, call: ModuleCall) -> None:
        if call.outermost and call.is_model:
            self._roots.add(call.root)

    def backward_begins(self, event: Backward) -> None:
        if not self._watch.close or not event.accumulates:
            return
        for key, tensor in event.reached.items():
            entry = self._ledger.find(tensor)
            if entry is None or not (entry.owned or entry.optimisers):
                self._reached(key, tensor)

    def _reached(self, key: int, tensor: torch.Tensor) -> None:
        leaf = self._leaves.get(key)
        if leaf is None or leaf.tensor() is not tensor:
            if not readable(tensor) or tensor.numel() > MAX_ELEMENTS:
                return
            if len(self._leaves) >= MAX_LEAVES:
                self._leaves = {k: known for k, known in self._leaves.items() if known.tensor() is not None}
                if len(self._leaves) >= MAX_LEAVES:
                    return
            leaf = self._leaves[key] = _Leaf(_torch.weak(tensor), fingerprint(tensor))
        elif leaf.last_step != self._watch.steps:
            leaf.cleared += tensor.grad is None or not bool(tensor.grad.any())
        if leaf.last_step != self._watch.steps:
            leaf.last_step = self._watch.steps
            leaf.steps += 1

    def updated(self, update: Update) -> None:
        if self._watch.close:
            self.finish()  # now: the model may be gone when the program ends

    def finish(self) -> None:
        alive = {key: leaf for key, leaf in self._leaves.items() if leaf.steps >= 2 and leaf.tensor() is not None}
        named: set[int] = set()
        for root in list(self._roots) if alive else []:
            registered = {id(parameter) for parameter in root.parameters()}
            optimised = any(entry.optimisers for p in root.parameters() if (entry := self._ledger.find(p)) is not None)
            for name, owner, attribute, held in _attributes(root):
                for key in {id(held)} if held.is_leaf else set(walk([held], MAX_NODES).leaves):
                    leaf = alive.get(key)
                    if leaf is None or key in registered or key in named:
                        continue
                    tensor = leaf.tensor()
                    if tensor is not None:
                        named.add(key)
                        self._write(self._record(leaf, tensor, name, root, owner, attribute, optimised, held))

    def _write(self, record: LooseLeaf) -> None:
        key = (record.root, record.name)
        if self._written.get(key) != record:
            self._written[key] = record
            self._watch.write(record)

    def _record(
        self,
        leaf: _Leaf,
        tensor: torch.Tensor,
        name: str,
        root: torch.nn.Module,
        owner: torch.nn.Module,
        attribute: str,
        root_optimised: bool,
        held: torch.Tensor,
    ) -> LooseLeaf:
        entry = self._ledger.find(tensor)
        return LooseLeaf(
            name=name,
            root=self._labels.of(root),
            owner=type(owner).__name__,
            attribute=attribute,
            is_parameter=isinstance(tensor, torch.nn.Parameter),
            computed=held is not tensor,
            numel=tensor.numel(),
            shape=tuple(tensor.shape),
            steps=leaf.steps,
            cleared=leaf.cleared,
            changed=fingerprint(tensor) != leaf.bits,
            optimised=entry is not None and bool(entry.optimisers or entry.owned),
            owner_optimised=root_optimised,
        )


def _attributes(root: torch.nn.Module) -> Iterator[tuple[str, torch.nn.Module, str, torch.Tensor]]:
    """Tensors that require grad in plain attributes of ``root``'s modules: dotted name, module, attribute, tensor."""
    for prefix, owner in root.named_modules():
        for attribute, value in list(vars(owner).items()):
            if attribute not in ("_modules", "_parameters", "_buffers"):
                for suffix, tensor in _within(value, MAX_DEPTH):
                    yield f"{prefix}.{attribute}{suffix}" if prefix else attribute + suffix, owner, attribute, tensor


def _within(value: Any, depth: int) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(value, torch.Tensor):
        if value.requires_grad:
            yield "", value
    elif depth and isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from ((f"[{index}]{rest}", tensor) for rest, tensor in _within(item, depth - 1))
    elif depth and isinstance(value, dict):
        for key, item in value.items():
            yield from ((f"[{key!r}]{rest}", tensor) for rest, tensor in _within(item, depth - 1))
