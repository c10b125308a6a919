"""Softmaxes: the axis each reduces, and the loss it leads to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, TypeAlias

import torch

from trialrun import _torch
from trialrun.capture.cards import named_tensors
from trialrun.capture.events import Backward, Observer, Operation, Update
from trialrun.capture.names import LOSSES
from trialrun.capture.provenance import bare_layer, came_from
from trialrun.capture.readings import readable, tensors_in
from trialrun.capture.sources.loaders import LoaderSource
from trialrun.capture.watch import Watch
from trialrun.evidence.place import Where
from trialrun.evidence.softmaxes import SoftmaxUse

_Key: TypeAlias = "tuple[Where | None, Where | None]"

MAX_PLACES = 64
MAX_WAITING = 256  # softmaxes whose backward has not come yet
_BIASED = ("Addmm", "Convolution")  # autograd nodes of layers that mostly add a bias
TOLERANCE = 1e-2  # of a sum of probabilities, half precision included

# Losses that compare each sample's prediction with its own target.
PER_SAMPLE = frozenset({"cross_entropy", "nll_loss", "mse_loss", "l1_loss", "smooth_l1_loss", "kl_div"})
PER_SAMPLE |= {"binary_cross_entropy", "binary_cross_entropy_with_logits"}


class Softmaxes(Observer):
    """Remembers each softmax in its autograd node and counts it when a backward comes by."""

    kinds: ClassVar[tuple[str, ...]] = ("softmax",)
    operations = frozenset({"softmax", "log_softmax"}) | frozenset(LOSSES)

    def __init__(self, watch: Watch, loaders: LoaderSource) -> None:
        self._watch = watch
        self._loaders = loaders
        self._number = 0
        self._waiting: dict[int, SoftmaxUse] = {}
        self._uses: dict[_Key, SoftmaxUse] = {}
        self._changed: set[_Key] = set()

    def operation(self, op: Operation) -> None:
        if not op.grad_enabled or not op.outputs or op.outputs[0].grad_fn is None or not op.inputs:
            return
        with _torch.reading():
            if op.name in LOSSES:
                self._meet_loss(op)
            else:
                self._meet_softmax(op)

    def _meet_softmax(self, op: Operation) -> None:
        shape = tuple(op.inputs[0].shape)
        axis = _axis(op, len(shape))
        if axis is None:
            return
        if len(self._waiting) >= MAX_WAITING:
            self._waiting.pop(next(iter(self._waiting)))
        use = SoftmaxUse(self._watch.position.where(), op.name, shape, axis, uses=1, single_uses=int(shape[axis] == 1))
        if type(bare_layer(op.inputs[0])[1]).__name__.startswith(_BIASED):
            use = replace(use, biased=1)
        batch = self._batch_size()
        if batch is not None and batch > 1 and shape[axis] == batch and shape.count(batch) == 1:
            use = replace(use, batch_axis=1, batch_sizes=(batch,))
        self._waiting[self._number] = use
        _torch.tag(op.outputs[0].grad_fn)["softmax"] = self._number
        self._number += 1

    def _meet_loss(self, op: Operation) -> None:
        place, second = LOSSES[op.name]
        prediction = op.args[place] if place < len(op.args) else op.kwargs.get("input")
        if op.name not in PER_SAMPLE or not isinstance(prediction, torch.Tensor) or not readable(prediction):
            return
        source, _, node = came_from(prediction)
        number = None if node is None else _torch.tag(node).get("softmax")
        use = self._waiting.get(number) if number is not None else None
        if use is None or number is None or source is None:
            return
        target = op.args[second] if second is not None and second < len(op.args) else op.kwargs.get("target")
        values = prediction.detach().float()
        values = values.exp() if source == "log_softmax" else values
        over_samples = prediction.ndim > 1 and prediction.shape[0] > 1 and _sums_to_one(values, 0)
        over_samples = over_samples and not _sums_to_one(values, 1)
        self._waiting[number] = replace(
            use,
            loss=op.name,
            loss_where=self._watch.position.where(),
            loss_shape=tuple(prediction.shape),
            target_shape=tuple(target.shape) if isinstance(target, torch.Tensor) else (),
            over_samples=int(over_samples),
            pairing=int(over_samples and not _targets_name_classes(op.name, target, prediction)),
            constant=int(_one_each(use, prediction) and bool((values == 1).all())),
        )

    def backward_begins(self, event: Backward) -> None:
        for number in {mark["softmax"] for mark in event.marks if "softmax" in mark}:
            use = self._waiting.pop(number, None)
            if use is not None:
                self._count(use)

    def _count(self, use: SoftmaxUse) -> None:
        key = (use.where, use.loss_where)
        known = self._uses.get(key)
        if known is None and len(self._uses) >= MAX_PLACES:
            return
        if known is not None:
            use = replace(
                use,
                uses=known.uses + 1,
                single_uses=known.single_uses + use.single_uses,
                over_samples=known.over_samples + use.over_samples,
                pairing=known.pairing + use.pairing,
                constant=known.constant + use.constant,
                biased=known.biased + use.biased,
                batch_axis=known.batch_axis + use.batch_axis,
                batch_sizes=tuple(sorted({*known.batch_sizes, *use.batch_sizes})),
            )
        self._uses[key] = use
        self._changed.add(key)

    def updated(self, update: Update) -> None:
        self.finish()

    def finish(self) -> None:
        for key in sorted(self._changed, key=str):
            self._watch.write(self._uses[key])
        self._changed.clear()

    def _batch_size(self) -> int | None:
        """Samples of the item the loop works on, where a loader stacked them; None if they could be something else."""
        item = self._watch.position.item()
        found = [tensor for _, tensor in named_tensors(item)] if item is not None else []
        sizes = {tensor.shape[0] for tensor in found if self._loaders.batch_first(tensor)}
        if len(sizes) != 1:
            return None
        size = sizes.pop()
        return None if any(size in tensor.shape[1:] for tensor in found) else size


def _axis(op: Operation, dimensions: int) -> int | None:
    """The axis; ``F.softmax`` without one takes the first for 0, 1 and 3 dimensions and the second otherwise."""
    given: Any = op.kwargs.get("dim", op.args[1] if len(op.args) > 1 else None)
    if given is None:
        given = 0 if dimensions in (0, 1, 3) else 1
    if not isinstance(given, int) or not dimensions or not -dimensions <= given < dimensions:
        return None
    return given % dimensions


def _sums_to_one(values: torch.Tensor, axis: int) -> bool:
    return bool(((values.sum(dim=axis) - 1).abs() < TOLERANCE).all())


def _one_each(use: SoftmaxUse, prediction: torch.Tensor) -> bool:
    """One probability a sample, of a softmax over a single score: ``(N, 1)`` or ``(N,)``."""
    samples = prediction.shape[0] if prediction.ndim else 0
    return use.shape[use.axis] == 1 and use.axis == len(use.shape) - 1 and prediction.numel() == samples


def _targets_name_classes(function: str, target: object, prediction: torch.Tensor) -> bool:
    """Whether the targets tell a class for each sample, and not a sample for each class or sample (InfoNCE)."""
    found = list(tensors_in(target, 0))
    if not found or not readable(found[0]):
        return False
    held = found[0].detach()
    if not held.is_floating_point():
        if held.ndim == 0 or held.shape[0] != prediction.shape[0]:
            return False
        pairs = torch.arange(held.shape[0], device=held.device)
        return not (held.ndim == 1 and bool((held.sort().values == pairs).all()))
    if held.shape != prediction.shape or function in ("binary_cross_entropy", "binary_cross_entropy_with_logits"):
        return False
    values = held.float().exp() if function == "kl_div" and bool((held <= 0).all()) else held.float()
    return bool((values >= 0).all()) and _sums_to_one(values, 1) and not _sums_to_one(values, 0)
