"""Model calls that no backward follows: in which mode they ran, and what was made of them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import torch
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd

from trialrun.capture.contents import content, repeats_itself
from trialrun.capture.events import Backward, ModuleCall, Observer, Operation, Update
from trialrun.capture.names import COMPARISONS
from trialrun.capture.readings import tensors_in
from trialrun.capture.roots import RootLabels
from trialrun.capture.taint import Taints
from trialrun.capture.watch import Watch
from trialrun.evidence.place import Where
from trialrun.evidence.program import FUNCTIONAL_DROPOUT, EvaluationRecord, TrainModeModule

MAX_WAITING = 4096  # calls of which it is not yet known whether a backward follows
PATIENCE = 2  # updates after which a call that no backward used was an evaluation
MAX_MODULES = 16
# Losses that compare with labels. Others (mse_loss) are also part of a model: a commitment, a reconstruction.
DROPOUTS = frozenset({"dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout"})
TARGET_LOSSES = frozenset({"cross_entropy", "nll_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits"})


@dataclass(slots=True, eq=False)
class _Call:
    where: Where
    step: int
    grad_enabled: bool
    in_training_loop: bool
    loop: Where | None
    root: str
    root_training: bool
    train_mode_asked: bool
    modules: dict[str, TrainModeModule] = field(default_factory=dict)
    metric: str = ""
    metric_where: Where | None = None
    repeated: bool = False
    seen_in_training: bool = False
    makes_graph: bool = True


class Evaluations(Observer):
    """Keeps each outermost model call until a backward used it (training) or clearly none did (evaluation)."""

    kinds: ClassVar[tuple[str, ...]] = ("evaluation",)
    operations = COMPARISONS | DROPOUTS

    def __init__(self, watch: Watch, labels: RootLabels, taints: Taints) -> None:
        self._watch = watch
        self._labels = labels
        self._taints = taints
        self._running: _Call | None = None
        self._in_layer = False  # of dropout: what it calls is its own
        self._waiting: dict[int, _Call] = {}
        self._records: dict[Where, EvaluationRecord] = {}
        self._fresh: set[Where] = set()
        self._inputs: dict[int, Any] = {}  # content of the inputs of waiting calls
        self._trained_on: deque[Any] = deque(maxlen=16)  # of calls a backward used
        self._seen: tuple[int, set[Any]] = (-1, set())  # of calls without gradient since the last update

    # -- a call

    def module_entered(self, call: ModuleCall) -> None:
        self._in_layer = isinstance(call.module, _DropoutNd)
        if not call.is_model or call.where is None:
            return
        position = self._watch.position
        self._running = _Call(
            call.where,
            self._watch.steps,
            call.grad_enabled,
            position.in_training_loop(),
            position.evaluation_loop(),
            self._labels.of(call.root),
            call.root.training,
            self._watch.train_mode_step == self._watch.steps,
        )
        if self._watch.close or not call.grad_enabled:
            self._compare_input(self._running, content(tensors_in(call.given)))

    def _compare_input(self, running: _Call, held: Any) -> None:
        if held is None:
            return
        running.seen_in_training = held in self._trained_on or held in self._inputs.values()
        step, seen = self._seen
        if step != self._watch.steps:
            step, seen = self._watch.steps, set()
        if not running.grad_enabled:
            running.repeated = (running.where, held) in seen
            seen.add((running.where, held))
        self._seen = (step, seen)

    def module_left(self, call: ModuleCall, output: Any) -> None:
        self._in_layer = False
        running = self._running
        if running is None:
            return
        detail = _train_mode_detail(call.module)
        if detail is not None and len(running.modules) < MAX_MODULES:
            name = call.name or type(call.module).__name__
            running.modules.setdefault(name, TrainModeModule(name, type(call.module).__name__, detail))
        if call.is_model:
            self._running = None
            running.makes_graph = any(tensor.requires_grad for tensor in tensors_in(output))
            if running.modules and not running.repeated:
                running.repeated = any(repeats_itself(tensor) for tensor in tensors_in(call.given))
            self._waiting[call.number] = running
            if running.grad_enabled and self._watch.close:
                self._inputs[call.number] = content(tensors_in(call.given))
            if len(self._waiting) > MAX_WAITING:
                self._decide(next(iter(self._waiting)))

    # -- what was made of it

    def operation(self, op: Operation) -> None:
        running = self._running
        if op.name in DROPOUTS:
            if running is not None and not self._in_layer and len(running.modules) < MAX_MODULES:
                detail = _dropout_detail(op)
                if detail is not None:
                    running.modules.setdefault(op.name, TrainModeModule(op.name, FUNCTIONAL_DROPOUT, detail))
            return
        if running is not None and op.name in TARGET_LOSSES and not running.metric:
            # the model computes its loss itself, as language models do
            running.metric, running.metric_where = op.name, self._watch.position.where()
        if len(op.inputs) < 2 or not self._waiting:
            return
        calls = self._taints.all_of(op.inputs[:2]).calls
        if not calls or all(self._taints.of(tensor).calls for tensor in op.inputs[:2]):
            return
        other = next(tensor for tensor in op.inputs[:2] if not self._taints.of(tensor).calls)
        if isinstance(other, torch.nn.Parameter):
            return
        where = None
        for number in calls:
            waiting = self._waiting.get(number)
            if waiting is not None and not waiting.metric:
                where = where or self._watch.position.where()
                waiting.metric, waiting.metric_where = op.name, where

    def backward_begins(self, event: Backward) -> None:
        for number in event.calls:
            self._waiting.pop(number, None)
            held = self._inputs.pop(number, None)
            if held is not None:
                self._trained_on.append(held)

    def updated(self, update: Update) -> None:
        for number, call in list(self._waiting.items()):
            if call.step + PATIENCE <= update.index:
                self._decide(number)
        self._write()

    def finish(self) -> None:
        for number in list(self._waiting):
            self._decide(number)
        self._write()

    # -- records

    def _decide(self, number: int) -> None:
        call = self._waiting.pop(number)
        self._inputs.pop(number, None)
        now = EvaluationRecord(
            where=call.where,
            calls=1,
            grad_enabled=call.grad_enabled,
            in_training_loop=call.in_training_loop,
            root=call.root,
            root_training=call.root_training,
            train_mode_modules=tuple(call.modules.values()),
            metric_where=call.metric_where,
            metric=call.metric,
            repeated_input=call.repeated,
            input_seen_in_training=call.seen_in_training,
            loop=call.loop,
            train_mode_asked=call.train_mode_asked,
            makes_graph=call.makes_graph,
        )
        old = self._records.get(call.where)
        if old is not None:
            telling = now if _weight(now) > _weight(old) else old
            now = replace(telling, calls=old.calls + 1, repeated_input=old.repeated_input or now.repeated_input)
        self._records[call.where] = now
        self._fresh.add(call.where)

    def _write(self) -> None:
        for where in self._fresh:
            self._watch.write(self._records[where])
        self._fresh.clear()


def _weight(record: EvaluationRecord) -> tuple[bool, bool, int]:
    """Of several calls of a line, the most telling one stands for all: with a metric, and modules in train mode.

    One on other data than is trained on goes before one that measures training itself.
    """
    apart = not (record.in_training_loop or record.input_seen_in_training)
    telling = bool(record.metric) and bool(record.train_mode_modules)
    return telling, apart, len(record.train_mode_modules) + bool(record.metric)


def _train_mode_detail(module: torch.nn.Module) -> str | None:
    """What makes ``module`` behave otherwise than in evaluation; None if nothing does."""
    if not module.training:
        return None
    if isinstance(module, _DropoutNd) and module.p > 0:
        return f"p={module.p:g}"
    if isinstance(module, torch.nn.RNNBase) and module.num_layers > 1 and module.dropout > 0:
        return f"dropout={module.dropout:g}"
    if isinstance(module, _BatchNorm) and module.track_running_stats:
        return f"momentum={module.momentum}"
    return None


def _dropout_detail(op: Operation) -> str | None:
    """Its share, where a call of ``F.dropout`` removes anything."""
    share = op.kwargs.get("p", op.args[1] if len(op.args) > 1 else 0.5)
    training = op.kwargs.get("training", op.kwargs.get("train", op.args[2] if len(op.args) > 2 else True))
    return f"p={share:g}" if training and isinstance(share, (int, float)) and share > 0 else None
