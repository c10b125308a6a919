"""Modules called inside a model's forward that the model does not know as its own."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import torch

from trialrun import _torch
from trialrun.capture.events import ModuleCall, Observer, Update
from trialrun.capture.ledger import Ledger
from trialrun.capture.observers.parameters import EARLY_UPDATES
from trialrun.capture.roots import RootLabels
from trialrun.capture.watch import Watch
from trialrun.evidence.model import StrayModule
from trialrun.evidence.place import Where

MAX_STRAYS = 64
MAX_DEPTH = 3  # of lists, dicts and plain objects looked into for a name
_OTHERS = ("builtins", "numpy", "torch")  # whose objects hold no layer of the user's
MAX_ITEMS = 1024  # of one of these; more are data


@dataclass(slots=True, eq=False)
class _Stray:
    module: weakref.ref[torch.nn.Module]
    name: str
    cls: str
    root: str
    where: Where | None
    training: bool
    versions: tuple[int, ...]  # of its parameters at first sight
    last_step: int = -1
    steps: int = 0
    record: StrayModule | None = None


class Strays(Observer):
    """Follows each such module object, weakly: one made anew in every forward is seen once and gone."""

    kinds: ClassVar[tuple[str, ...]] = ("stray_module",)

    def __init__(self, watch: Watch, ledger: Ledger, labels: RootLabels) -> None:
        self._watch = watch
        self._ledger = ledger
        self._labels = labels
        self._strays: weakref.WeakKeyDictionary[torch.nn.Module, _Stray] = weakref.WeakKeyDictionary()

    def module_entered(self, call: ModuleCall) -> None:
        if not call.stray or not call.grad_enabled:
            return
        stray = self._strays.get(call.module)
        if stray is None:
            if len(self._strays) >= MAX_STRAYS or not any(True for _ in call.module.parameters()):
                return
            name = next(_names(call.root, call.module), "")
            label = self._labels.of(call.root)
            reference = weakref.ref(call.module)
            stray = _Stray(
                reference,
                name,
                type(call.module).__name__,
                label,
                call.where,
                call.module.training,
                _versions(call.module),
            )
            self._strays[call.module] = stray
        if stray.last_step != self._watch.steps:
            stray.last_step = self._watch.steps
            stray.steps += 1
        stray.training = stray.training or call.module.training

    def updated(self, update: Update) -> None:
        if update.index < EARLY_UPDATES:
            self.finish()

    def finish(self) -> None:
        for stray in list(self._strays.values()):
            module = stray.module()
            if module is not None:
                record = self._record(stray, module)
                if record != stray.record:
                    stray.record = record
                    self._watch.write(record)

    def _record(self, stray: _Stray, module: torch.nn.Module) -> StrayModule:
        parameters = list(module.parameters())
        entries = [entry for tensor in parameters if (entry := self._ledger.find(tensor)) is not None]
        return StrayModule(
            name=stray.name,
            cls=stray.cls,
            root=stray.root,
            parameters=sum(tensor.numel() for tensor in parameters if tensor.requires_grad),
            steps=stray.steps,
            training=stray.training,
            loaded=any(entry.loaded for entry in entries),
            has_gradient=any(tensor.grad is not None for tensor in parameters) or any(e.reached for e in entries),
            # Changes that a hook makes inside backward are seen in the version counters alone.
            optimised=any(entry.optimisers or entry.changes for entry in entries)
            or _versions(module) != stray.versions,
            where=stray.where,
        )


def _versions(module: torch.nn.Module) -> tuple[int, ...]:
    """How often each parameter was changed in place; lazy ones, which their first forward fills, count as unchanged."""
    return tuple(
        -1 if _torch.is_lazy(tensor) or tensor.is_inference() else tensor._version for tensor in module.parameters()
    )


def _names(root: torch.nn.Module, module: torch.nn.Module) -> Iterator[str]:
    """Where a list, dict or plain attribute of one of the root's modules holds ``module``: "layers[2]"."""
    for prefix, owner in root.named_modules():
        for name, value in vars(owner).items():
            if name not in ("_modules", "_parameters", "_buffers"):
                for suffix in _within(value, module, MAX_DEPTH):
                    yield f"{prefix}.{name}{suffix}" if prefix else f"{name}{suffix}"


def _within(value: Any, module: torch.nn.Module, depth: int) -> Iterator[str]:
    if value is module:
        yield ""
    elif isinstance(value, torch.nn.Module):
        yield from (f".{name}" for name, child in value.named_modules() if child is module)
    elif depth:
        for suffix, item in _items(value):
            yield from (suffix + rest for rest in _within(item, module, depth - 1))


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    """What a list, a dict or an object of a class of the user's holds, and how it is reached from there."""
    if isinstance(value, (list, tuple, dict)) and len(value) > MAX_ITEMS:
        return
    if isinstance(value, (list, tuple)):
        yield from ((f"[{index}]", item) for index, item in enumerate(value))
    elif isinstance(value, dict):
        yield from ((f"[{key!r}]", item) for key, item in value.items())
    elif type(value).__module__.partition(".")[0] not in _OTHERS and "__dict__" in dir(type(value)):
        yield from ((f".{name}", item) for name, item in vars(value).items())
