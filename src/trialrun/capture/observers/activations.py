"""ReLU, sigmoid and tanh: which units are off and how much is saturated, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

import torch

from trialrun import _torch
from trialrun.capture.events import ModuleCall, Observer, Operation, Update
from trialrun.capture.readings import readable, tensors_in
from trialrun.capture.roots import RootLabels
from trialrun.capture.watch import Watch
from trialrun.evidence.activations import ActivationRecord
from trialrun.evidence.place import Where

_Key: TypeAlias = "tuple[str, str, str, Where | None, int]"

MAX_PLACES = 128
MAX_UNITS = 2**16
MAX_STEPS = 32
EARLY_UPDATES = 3  # after each of these and at the end the records are written
MOVES = 3  # nodes between an activation and the model's output that only move it

# Where the derivative falls below 1 % of its largest value: 1 - tanh(x)^2 and 4 s (1 - s).
TANH_LIMIT = 0.99**0.5
SIGMOID_LIMIT = (1 + 0.99**0.5) / 2

_CHANNELS_FIRST = ("Convolution", "NativeBatchNorm", "CudnnBatchNorm", "MkldnnConvolution", "NativeGroupNorm")
_AFFINE = (*_CHANNELS_FIRST, "Addmm", "Mm", "NativeLayerNorm", "View", "UnsafeView")


@dataclass(slots=True, eq=False)
class _Use:
    affine: bool
    output: bool = False
    on: list[torch.Tensor] = field(default_factory=list)  # relu: units above 0 for some value, by step
    counts: list[int] = field(default_factory=list)  # values of one unit, by step
    shares: list[list[float]] = field(default_factory=list)  # of each call, by step
    last: int = -1


class Activations(Observer):
    """Every call in a closely watched step; those without a graph count for the step that they follow."""

    kinds: ClassVar[tuple[str, ...]] = ("activation",)
    operations = frozenset({"relu", "sigmoid", "tanh"})

    def __init__(self, watch: Watch, labels: RootLabels, current: Callable[[], ModuleCall | None]) -> None:
        self._watch = watch
        self._labels = labels
        self._current = current
        self._uses: dict[_Key, _Use] = {}

    def operation(self, op: Operation) -> None:
        call = self._current()
        if call is None or not call.is_inside_model or not self._watch.close or not op.outputs:
            return
        result = op.outputs[0]
        if result.ndim < 2 or not result.numel() or not result.is_floating_point() or not readable(result):
            return
        with _torch.reading():
            self._look(op.name, call, result)

    def _look(self, function: str, call: ModuleCall, result: torch.Tensor) -> None:
        before = _before(result)
        axis = 1 if result.ndim >= 4 or before.startswith(_CHANNELS_FIRST) else result.ndim - 1
        units = result.shape[axis]
        key = (function, self._labels.of(call.root), call.name, self._watch.position.where(), units)
        use = self._uses.get(key)
        if use is None:
            if result.grad_fn is None or units > MAX_UNITS or len(self._uses) >= MAX_PLACES:
                return
            use = self._uses[key] = _Use(affine=before.startswith(_AFFINE))
        if use.last != self._watch.steps:
            if result.grad_fn is not None:
                if len(use.counts) >= MAX_STEPS:
                    return
                use.last = self._watch.steps
                use.counts.append(0)
                use.shares.append([])
                use.on.append(torch.zeros(units, dtype=torch.bool, device=result.device))
            elif not use.counts:
                return
        if result.grad_fn is not None:
            _torch.tag(result.grad_fn)["units"] = key
        values = result.detach()
        if function == "relu":  # NaN is not off: its gradient is NaN, too
            on = (~(values <= 0)).movedim(axis, 0).flatten(1).any(dim=1)
            use.on[-1] |= on
            use.counts[-1] += values.numel() // units
        elif result.grad_fn is not None:
            flat = values.abs() > TANH_LIMIT if function == "tanh" else (values - 0.5).abs() > SIGMOID_LIMIT - 0.5
            use.shares[-1].append(float(flat.float().mean().item()))
            use.counts[-1] += values.numel() // units

    def module_left(self, call: ModuleCall, output: Any) -> None:
        if not (call.outermost and call.is_model and self._uses):
            return
        for tensor in tensors_in(output):
            node: Any = tensor.grad_fn
            for _ in range(MOVES):
                if node is None:
                    break
                key = _torch.tag(node).get("units")
                if key in self._uses:
                    self._uses[key].output = True
                    break
                node = next((following for following, _ in node.next_functions if following is not None), None)

    def updated(self, update: Update) -> None:
        if update.index < EARLY_UPDATES:
            self.finish()

    def finish(self) -> None:
        for (function, root, module, where, units), use in self._uses.items():
            later = len(use.counts) // 2
            if function == "relu":
                shares = [1.0 - float(on.float().mean().item()) for on in use.on]
                off = 1.0 - float(torch.stack(use.on[later:]).any(dim=0).float().mean().item())
            else:
                shares, off = [sum(found) / len(found) for found in use.shares if found], 0.0
            record = ActivationRecord(
                function,
                module,
                root,
                where,
                units,
                affine=use.affine,
                output=use.output,
                samples=sum(use.counts[later:]),
                steps=len(use.counts),
                shares=tuple(shares),
                off_share=off,
            )
            self._watch.write(record)


def _before(result: torch.Tensor) -> str:
    """The autograd node that made the activation's input."""
    node = result.grad_fn
    following = next((n for n, _ in node.next_functions if n is not None), None) if node is not None else None
    return type(following).__name__ if following is not None else ""
