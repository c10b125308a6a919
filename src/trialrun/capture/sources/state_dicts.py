"""State dicts: taken (``Module.state_dict``), loaded, saved (``torch.save``). Torch has no global hook for them."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture.cards import named_tensors
from trialrun.capture.events import Observer, Operation
from trialrun.capture.ledger import Ledger
from trialrun.capture.patches import Patches
from trialrun.capture.watch import Watch
from trialrun.evidence.place import Where
from trialrun.evidence.program import StateDictUse

KINDS = ("state_dict",)
MAX_TAKEN = 256  # state dicts followed at once; those whose tensors are all gone make room
MAX_DEPTH = 4  # of what is saved
_KEEPS_MEMORY = frozenset({"detach", "data", "cpu", "to", "float", "contiguous", "view_as", "alias"})


@dataclass(slots=True, eq=False)
class _Taken:
    module: weakref.ref[torch.nn.Module]
    where: Where | None
    step: int
    changes: int  # of the module's parameters so far
    in_loop: bool
    guarded: bool
    tensors: list[tuple[Callable[[], torch.Tensor | None], str]]
    held_since: int | None = None

    def alive(self) -> bool:
        return any(reference() is not None for reference, _ in self.tensors)


class StateDictSource(Observer):
    """Follows the tensors of each state dict, weakly: a dict may be copied and still hold the live weights."""

    kinds = KINDS
    operations = _KEEPS_MEMORY

    def __init__(self, watch: Watch, ledger: Ledger) -> None:
        self._watch = watch
        self._ledger = ledger
        self._patches = Patches()
        self._depth = 0
        self._taken: list[_Taken] = []
        self._by_id: dict[int, tuple[Callable[[], torch.Tensor | None], _Taken, str]] = {}

    def attach(self) -> None:
        self._patches.replace(torch.nn.Module, "state_dict", self._wrap_take)
        self._patches.replace(torch.nn.Module, "load_state_dict", self._wrap_load)
        self._patches.replace(torch, "save", self._wrap_save)

    def detach(self) -> None:
        self._patches.undo()

    # -- wrapping

    def _wrap_take(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def state_dict(module: torch.nn.Module, *args: Any, **kwargs: Any) -> Any:
            self._depth += 1  # a module asks its children in turn
            try:
                result = original(module, *args, **kwargs)
            finally:
                self._depth -= 1
            if self._depth == 0 and self._watch.listening():
                self._watch.shielded(KINDS, self._take, module, result)
            return result

        return state_dict

    def _wrap_load(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def load_state_dict(module: torch.nn.Module, *args: Any, **kwargs: Any) -> Any:
            state = args[0] if args else kwargs.get("state_dict")
            if self._watch.listening():
                self._watch.shielded(KINDS, self._use, state, "load_state_dict", module)
            result = original(module, *args, **kwargs)
            if self._watch.listening() and isinstance(state, dict):
                self._watch.shielded(KINDS, self._mark_loaded, module, state)
            return result

        return load_state_dict

    def _wrap_save(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def save(obj: Any, *args: Any, **kwargs: Any) -> Any:
            if self._watch.listening():
                self._watch.shielded(KINDS, self._use, obj, "torch.save", None)
            return original(obj, *args, **kwargs)

        return save

    # -- taken

    def _take(self, module: torch.nn.Module, state: Any) -> None:
        if not isinstance(state, dict):
            return
        position = self._watch.position
        tensors = [(t, str(k)) for k, t in state.items() if isinstance(t, torch.Tensor) and t.is_floating_point()]
        taken = _Taken(
            weakref.ref(module),
            position.where(),
            self._watch.steps,
            self._changes(module),
            position.in_loop(),
            position.guarded(),
            [(_torch.weak(tensor), key) for tensor, key in tensors],
        )
        before = next((old for old in reversed(self._taken) if old.where == taken.where), None)
        if before is not None and before.module() is module and before.changes < taken.changes and before.alive():
            taken.held_since = before.step if before.held_since is None else before.held_since
        if len(self._taken) >= MAX_TAKEN:
            self._sweep()
        self._taken.append(taken)
        for tensor, key in tensors:
            self._by_id[id(tensor)] = (_torch.weak(tensor), taken, key)

    def _sweep(self) -> None:
        self._taken = [taken for taken in self._taken if taken.alive()][-MAX_TAKEN + 1 :]
        kept = {id(taken) for taken in self._taken}
        self._by_id = {key: held for key, held in self._by_id.items() if id(held[1]) in kept and held[0]() is not None}

    def operation(self, op: Operation) -> None:
        """What is made from such a tensor without copying it is followed as well (``v.cpu()`` on the host)."""
        if op.inputs and op.outputs and self._by_id:
            found = self._find(op.inputs[0])
            output = op.outputs[0]
            if found is not None and _start(output) == _start(op.inputs[0]):
                taken, key = found
                taken.tensors.append((_torch.weak(output), key))
                self._by_id[id(output)] = (_torch.weak(output), taken, key)

    def _find(self, tensor: torch.Tensor) -> tuple[_Taken, str] | None:
        held = self._by_id.get(id(tensor))
        return (held[1], held[2]) if held is not None and held[0]() is tensor else None

    # -- used

    def _use(self, obj: object, how: str, into: torch.nn.Module | None) -> None:
        found: dict[int, tuple[_Taken, list[tuple[str, torch.Tensor]]]] = {}
        for tensor in _tensors(obj):
            known = self._find(tensor)
            if known is not None:
                found.setdefault(id(known[0]), (known[0], []))[1].append((known[1], tensor))
        for taken, tensors in found.values():
            kept = taken.held_since is not None and not self._watch.position.in_loop()
            if taken.step < self._watch.steps or kept:
                self._report(taken, tensors, how, into)

    def _report(
        self, taken: _Taken, tensors: list[tuple[str, torch.Tensor]], how: str, into: torch.nn.Module | None
    ) -> None:
        module = taken.module()
        with _torch.reading():
            live = {} if module is None else {**dict(module.named_parameters()), **dict(module.named_buffers())}
            shared = sum(key in live and _start(live[key]) == _start(tensor) for key, tensor in tensors)
        self._watch.write(
            StateDictUse(
                taken=taken.where,
                taken_step=taken.step,
                used=self._watch.position.where(),
                used_step=self._watch.steps,
                how=how,
                aliased_share=shared / len(tensors),
                weights_changed=module is not None and self._changes(module) > taken.changes,
                in_loop=taken.in_loop,
                guarded=taken.guarded,
                same_module=module is not None and into is module,
                held_since=taken.held_since,
            )
        )

    def _changes(self, module: torch.nn.Module) -> int:
        entries = (self._ledger.find(tensor) for tensor in module.parameters())
        return sum(entry.changes for entry in entries if entry is not None)

    def _mark_loaded(self, module: torch.nn.Module, state: dict[str, Any]) -> None:
        """Weights that were trained here before, and are put back to their best, are still this program's own."""
        for name, tensor in module.named_parameters():
            if name in state and not self._ledger.of(tensor).reached:
                self._ledger.of(tensor).loaded = True


def _start(tensor: torch.Tensor) -> tuple[str, int]:
    return str(tensor.device), tensor.data_ptr() if not _torch.has_own_dispatch(tensor) else id(tensor)


def _tensors(obj: object) -> Iterator[torch.Tensor]:
    for _, tensor in named_tensors(obj, depth=MAX_DEPTH):
        yield tensor
