"""Loss functions: what came in, what came out, and whether a backward used it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, ClassVar

import torch

from trialrun import _torch
from trialrun.capture.arguments import by_name
from trialrun.capture.events import Backward, Observer, Operation, Update
from trialrun.capture.ledger import Ledger
from trialrun.capture.loss_values import activation_range, exp_sums, target_values, usable, value_range, zero_share
from trialrun.capture.names import ACTIVATIONS, LOSSES
from trialrun.capture.provenance import bare_layer, came_from, enters_elsewhere, is_summed, loss_input, mark_activation
from trialrun.capture.readings import dtype_name, scalar
from trialrun.capture.watch import Watch
from trialrun.evidence.tensors import LossCall

MAX_WAITING = 256  # calls whose backward has not come yet
MAX_UNUSED = 3  # calls kept for one line between two updates that no backward used


class Losses(Observer):
    """Writes a ``LossCall`` when a backward has used it, or two updates later as unused."""

    kinds: ClassVar[tuple[str, ...]] = ("loss",)
    operations = ACTIVATIONS | frozenset(LOSSES)

    def __init__(self, watch: Watch, ledger: Ledger) -> None:
        self._watch = watch
        self._ledger = ledger
        self._calls = 0
        self._waiting: dict[int, LossCall] = {}
        self._unused: dict[object, int] = {}

    def operation(self, op: Operation) -> None:
        if op.name in ACTIVATIONS:
            if op.grad_enabled and op.outputs and op.outputs[0].grad_fn is not None:
                mark_activation(op.outputs[0], self._watch.position.where())
        elif op.outputs:
            with _torch.reading():
                self._note(op)

    def _note(self, op: Operation) -> None:
        call = _described(op, self._watch)
        result = op.outputs[0]
        if result.grad_fn is None:
            self._write_unused(call)
            return
        if len(self._waiting) >= MAX_WAITING:
            self._write_unused(self._waiting.pop(next(iter(self._waiting))))
        mark = _torch.tag(result.grad_fn)
        mark["loss"] = self._calls
        if call.layer is not None:
            _mark_layer(op, self._calls)
        self._waiting[self._calls] = call
        self._calls += 1

    def backward_begins(self, event: Backward) -> None:
        numbers = [mark["loss"] for mark in event.marks if "loss" in mark]
        for number in numbers:
            call = self._waiting.pop(number, None)
            if call is not None:
                if call.layer is not None:
                    elsewhere = enters_elsewhere(event.losses, ("layer", number), ("loss", number))
                    call = replace(
                        call,
                        layer_elsewhere=elsewhere,
                        summed=is_summed(event.losses, number),
                        reaches_input=any(self._is_input(leaf) for leaf in event.reached.values()),
                    )
                self._watch.write(replace(call, step=self._watch.steps, terms=len(numbers)))
        if not numbers and self._watch.close and len(event.losses) == 1 and event.value is not None:
            self._watch.write(LossCall(self._watch.steps, "backward", event.where, event.value))

    def _is_input(self, leaf: torch.Tensor) -> bool:
        """Whether the gradient of ``leaf`` is an answer in itself, as with saliency and attacks: it is no weight."""
        return not isinstance(leaf, torch.nn.Parameter) and self._ledger.find(leaf) is None

    def updated(self, update: Update) -> None:
        self._unused.clear()
        self._flush(before=update.index)

    def finish(self) -> None:
        self._flush(before=self._watch.steps + 1)

    def _flush(self, before: int) -> None:
        for number, call in list(self._waiting.items()):
            if call.step < before:
                del self._waiting[number]
                self._write_unused(call)

    def _write_unused(self, call: LossCall) -> None:
        count = self._unused.get(call.where, 0)
        self._unused[call.where] = count + 1
        if count < MAX_UNUSED:
            self._watch.write(replace(call, training=False))


def _pair(op: Operation, options: dict[str, Any]) -> tuple[Any, Any]:
    """Prediction and target of a loss."""
    first, second = LOSSES[op.name]
    given = list(options.values())
    return given[first], given[second] if second is not None and second < len(given) else None


def _mark_layer(op: Operation, number: int) -> None:
    _, node = bare_layer(_pair(op, by_name(op.function, op.args, op.kwargs))[0])
    if node is not None:
        _torch.tag(node)["layer"] = number


def _described(op: Operation, watch: Watch) -> LossCall:
    options = by_name(op.function, op.args, op.kwargs)
    prediction, target = _pair(op, options)
    weighted = any(options.get(key) is not None for key in ("weight", "pos_weight")) or bool(
        options.get("label_smoothing")
    )
    reduction = _reduction(options)
    source, source_where, reachable = None, None, None
    if isinstance(prediction, torch.Tensor):
        activation, _, node = came_from(prediction)
        reachable = activation_range(activation, node)
        source, source_where = loss_input(op.name, prediction)
        if source in ("softmax", "log_softmax") and not _normalised(op.name, source, prediction):
            source, source_where = None, None
    return LossCall(
        step=watch.steps,
        function=op.name,
        where=watch.position.where(),
        value=scalar(op.outputs[0]),
        input_shape=tuple(prediction.shape) if isinstance(prediction, torch.Tensor) else None,
        target_shape=tuple(target.shape) if isinstance(target, torch.Tensor) else None,
        target_dtype=dtype_name(target.dtype) if isinstance(target, torch.Tensor) else None,
        reduction=reduction,
        weighted=weighted,
        input_from=source,
        input_from_where=source_where,
        uniform_loss=_uniform(op.name, prediction, target) if reduction == "mean" and not weighted else None,
        layer=bare_layer(prediction)[0] if isinstance(prediction, torch.Tensor) else None,
        input_range=value_range(prediction) if usable(prediction) else None,
        exp_sums=exp_sums(prediction) if op.name in ("nll_loss", "kl_div") and usable(prediction) else None,
        zero_share=zero_share(prediction) if source is not None and usable(prediction) else None,
        targets=target_values(op.name, target, tuple(prediction.shape), reachable) if usable(target) else None,
    )


def _normalised(function: str, source: str, prediction: torch.Tensor) -> bool:
    """Whether the softmax in front of a loss ran over the very axis that the loss takes for its classes.

    Over another axis (memory slots, positions) it makes no probabilities of classes, and the loss is right to
    normalise. For ``nll_loss`` it is the log_softmax in between that is looked at.
    """
    if prediction.ndim == 0 or prediction.numel() == 0:
        return False
    values = prediction.detach().float()
    if source == "log_softmax" or function == "nll_loss":
        values = values.exp()
    sums = values.sum(dim=1 if prediction.ndim > 1 else 0)
    return bool(((sums - 1).abs() < 1e-2).all())


def _reduction(options: dict[str, Any]) -> str | None:
    if options.get("reduce") is False:
        return "none"
    if options.get("size_average") is False:
        return "sum"
    value = options.get("reduction")
    return value if isinstance(value, str) else None


def _uniform(function: str, prediction: object, target: object) -> float | None:
    """The mean loss of a uniform guess: ln C over C classes; ln 2 for each yes or no, whatever the target."""
    if not isinstance(prediction, torch.Tensor) or not isinstance(target, torch.Tensor):
        return None
    if function in ("cross_entropy", "nll_loss") and not target.is_floating_point() and prediction.ndim > 0:
        classes = prediction.shape[1] if prediction.ndim > 1 else prediction.shape[0]
        return math.log(classes) if classes > 0 else None
    if function in ("binary_cross_entropy", "binary_cross_entropy_with_logits"):
        return math.log(2.0)
    return None
