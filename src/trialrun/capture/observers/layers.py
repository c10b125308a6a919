"""The layer table: every module call of a root's first training step."""

from __future__ import annotations

from typing import Any, ClassVar

import torch

from trialrun.capture.events import ModuleCall, Observer, Update
from trialrun.capture.readings import elements, numbers, readable, tensors_in
from trialrun.capture.roots import RootLabels
from trialrun.capture.watch import Watch
from trialrun.evidence.model import LayerRow


class Layers(Observer):
    """Buffers rows until an update proves that the calls belonged to a training step.

    A module called twice in a step has one row, that of its first call. Rows come in order of entry, parents first.
    """

    kinds: ClassVar[tuple[str, ...]] = ("layer",)

    def __init__(self, watch: Watch, labels: RootLabels) -> None:
        self._watch = watch
        self._labels = labels
        self._done: set[str] = set()  # roots whose rows are written
        self._rows: dict[tuple[str, str], LayerRow | None] = {}

    def module_entered(self, call: ModuleCall) -> None:
        if not call.grad_enabled or call.stray or (call.outermost and not call.is_model):
            return
        key = (self._labels.of(call.root), call.name)
        if key[0] not in self._done:
            row = self._rows.setdefault(key, None)
            if row is not None and call.module.training and not row.training:
                self._rows[key] = None  # that one was an evaluation before training, with gradients left on

    def module_left(self, call: ModuleCall, output: Any) -> None:
        key = (self._labels.of(call.root), call.name)
        if key in self._rows and self._rows[key] is None:
            self._rows[key] = _row(call, key[0], output)

    def updated(self, update: Update) -> None:
        roots = set()
        for (root, _), row in self._rows.items():
            if row is not None:
                self._watch.write(row)
                roots.add(root)
        self._done |= roots
        self._rows.clear()


def _row(call: ModuleCall, root: str, output: Any) -> LayerRow:
    module = call.module
    outputs = list(tensors_in(output))
    first = next((t for t in outputs if readable(t) and t.is_floating_point() and t.numel()), None)
    rms = zeros = None
    if first is not None:
        held = elements(first)
        size = max(held.numel(), 1)
        wide = torch.float32 if held.element_size() < 4 else None
        norm, nonzero = numbers([torch.linalg.vector_norm(held, dtype=wide), torch.count_nonzero(held)])
        rms, zeros = norm / size**0.5, 1.0 - nonzero / size
    return LayerRow(
        name=call.name,
        cls=type(module).__name__,
        root=root,
        input_shapes=tuple(tuple(t.shape) for t in tensors_in(call.given)),
        output_shapes=tuple(tuple(t.shape) for t in outputs),
        parameters=sum(p.numel() for p in module._parameters.values() if p is not None),
        activation_rms=rms,
        zero_share=zeros,
        training=module.training,
        leaf=not module._modules,
    )
