"""Train and eval mode of Dropout and BatchNorm in the calls that are trained on."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field, replace
from typing import ClassVar

import torch
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd

from trialrun.capture.events import Backward, ModuleCall, Observer, Update
from trialrun.capture.roots import RootLabels
from trialrun.capture.watch import Watch
from trialrun.evidence.modes import EvalModeTraining
from trialrun.evidence.place import Where

MAX_WAITING = 4096  # calls whose backward has not come yet
MAX_MODULES = 16
# The line of the model call, the model, and the loops around: another loop is another phase, with a mode of its own.
_Key = tuple[Where, str, tuple[Where, ...]]


@dataclass(slots=True, eq=False)
class _Call:
    number: int
    where: Where
    step: int
    root: str
    root_training: bool
    loops: tuple[Where, ...]
    modes: dict[str, bool] = field(default_factory=dict)  # train mode of each such module, by its name
    classes: dict[str, str] = field(default_factory=dict)
    frozen: bool = False  # none of its parameters is trained: the backward is for its inputs
    asked: tuple[Where | None, int] | None = None  # where eval() was called last, and the next call's number then

    @property
    def key(self) -> _Key:
        return self.where, self.root, self.loops


@dataclass(slots=True, eq=False)
class _Line:
    """The training calls of one line and model in one training loop."""

    train_steps: set[int] = field(default_factory=set)
    eval_steps: set[int] = field(default_factory=set)
    in_train_mode: dict[str, str] = field(default_factory=dict)  # names and classes of modules
    last_train: int = -1  # number of the last call in train mode
    evaluations_before: bool = False  # train mode came back after an evaluation
    change: EvalModeTraining | None = None


class Modes(Observer):
    """Writes an ``EvalModeTraining`` where an evaluation's ``eval()`` is still in force when training goes on.

    That is: the same line, in the same loops, trained with these modules in train mode, then ``eval()`` was called
    on the model, then the model was called without a backward, and then the line trains with all of them in eval
    mode.
    """

    kinds: ClassVar[tuple[str, ...]] = ("eval_mode_training",)

    def __init__(self, watch: Watch, labels: RootLabels) -> None:
        self._watch = watch
        self._labels = labels
        self._running: _Call | None = None
        self._waiting: dict[int, _Call] = {}
        self._lines: dict[_Key, _Line] = {}
        self._asked: weakref.WeakKeyDictionary[torch.nn.Module, tuple[Where | None, int]] = weakref.WeakKeyDictionary()
        self._asked_at: dict[Where | None, int] = {}
        self._next = 0
        self._fresh: set[_Key] = set()

    def mode_set(self, module: torch.nn.Module, training: bool) -> None:
        if training:
            self._asked.pop(module, None)
            return
        where = self._watch.position.where()
        self._asked[module] = (where, self._next)
        self._asked_at[where] = self._asked_at.get(where, 0) + 1

    def module_entered(self, call: ModuleCall) -> None:
        if call.is_model and call.where is not None:
            loops = tuple(loop.site.where for loop in self._watch.position.loops())
            root = self._labels.of(call.root)
            self._running = _Call(-1, call.where, self._watch.steps, root, call.root.training, loops)
            self._running.asked = self._asked.get(call.root)
            self._running.frozen = not any(parameter.requires_grad for parameter in call.root.parameters())

    def module_left(self, call: ModuleCall, output: object) -> None:
        running = self._running
        if running is None:
            return
        module = call.module
        random = isinstance(module, _DropoutNd) and module.p > 0
        normalising = isinstance(module, _BatchNorm) and module.track_running_stats
        if (random or normalising) and len(running.modes) < MAX_MODULES:
            name = call.name or type(module).__name__
            running.modes[name] = module.training
            running.classes[name] = type(module).__name__
        if call.is_model:
            self._running = None
            running.number = call.number
            self._next = call.number + 1
            self._waiting[call.number] = running
            if len(self._waiting) > MAX_WAITING:
                del self._waiting[next(iter(self._waiting))]

    def backward_begins(self, event: Backward) -> None:
        for number in sorted(event.calls):
            call = self._waiting.pop(number, None)
            if call is not None and call.modes and not call.frozen:
                self._trained(call)

    def updated(self, update: Update) -> None:
        for key in self._fresh:
            change = self._lines[key].change
            if change is not None:
                self._watch.write(change)
        self._fresh.clear()

    def finish(self) -> None:
        """``eval()`` may have been called once more since the last update."""
        for line in self._lines.values():
            if line.change is not None:
                self._watch.write(replace(line.change, eval_calls=self._asked_at.get(line.change.eval_where, 0)))

    def _trained(self, call: _Call) -> None:
        line = self._lines.setdefault(call.key, _Line())
        evaluation = self._evaluation(call, line.last_train)
        if any(call.modes.values()):
            if line.change is not None or (evaluation is not None and line.last_train >= 0):
                line.evaluations_before = True
            line.train_steps.add(call.step)
            line.last_train = call.number
            line.in_train_mode.update((n, call.classes[n]) for n, training in call.modes.items() if training)
        elif line.change is not None or self._left_so(call, line, evaluation):
            line.eval_steps.add(call.step)
        else:
            return
        if line.change is None and line.eval_steps and evaluation is not None and call.asked is not None:
            line.change = EvalModeTraining(
                where=call.where,
                root=call.root,
                modules=tuple(line.in_train_mode),
                classes=tuple(dict.fromkeys(line.in_train_mode.values())),
                train_steps=len(line.train_steps),
                eval_steps=0,
                first_step=call.step,
                eval_where=call.asked[0],
                eval_calls=0,
                evaluated_where=evaluation.where,
                recovered=False,
            )
        if line.change is not None:
            self._renew(call, line, line.change)

    def _renew(self, call: _Call, line: _Line, change: EvalModeTraining) -> None:
        line.change = replace(
            change,
            eval_steps=len(line.eval_steps - line.train_steps),
            eval_calls=self._asked_at.get(change.eval_where, 0),
            recovered=line.evaluations_before,
        )
        self._fresh.add(call.key)

    def _left_so(self, call: _Call, line: _Line, evaluation: _Call | None) -> bool:
        """Whether an evaluation left the model in the mode that ``call`` trains in."""
        return (
            bool(line.train_steps)
            and not call.root_training
            and call.asked is not None
            and evaluation is not None
            and call.asked[1] <= evaluation.number
            and call.step not in line.train_steps
        )

    def _evaluation(self, call: _Call, after: int) -> _Call | None:
        """The first call of the same model in eval mode that no backward used, since call ``after``."""
        return next(
            (
                other
                for number, other in self._waiting.items()
                if after < number < call.number and other.root == call.root and not other.root_training
            ),
            None,
        )
