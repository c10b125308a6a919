"""What evaluation in eval mode leaves behind in the model that training goes on with."""

from __future__ import annotations

import weakref
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import torch

from trialrun import _torch
from trialrun.capture.contents import content
from trialrun.capture.events import ModuleCall, Observer, Operation, Step
from trialrun.capture.names import LOSSES
from trialrun.capture.position import RunningLoop
from trialrun.capture.readings import fingerprint, readable, tensors_in
from trialrun.capture.roots import RootLabels
from trialrun.capture.taint import Taints
from trialrun.capture.watch import Watch
from trialrun.evidence.evaluation_changes import EvaluationChange
from trialrun.evidence.place import Where

MAX_BYTES = 2**30  # printed of one model in a rehearsal, about 1 s; a larger or more often evaluated one is left alone
MAX_LOOKS = 48  # prints of one model's state in a rehearsal
MAX_CALLS = 4096  # followed at once
TRAINING_LOOKS = 2  # training calls of a model at which its buffers are compared

State = dict[str, Any]  # prints by dotted name


@dataclass(slots=True, eq=False)
class _Visit:
    """One evaluation: the calls of a root in eval mode in one entry of a loop, one after the other."""

    where: Where
    loop: RunningLoop | None
    before: State
    after: State
    steps: int = 0
    step_where: Where | None = None
    optimiser: int = -1
    foreign: bool = False  # an optimiser stepped that does not train this model elsewhere: adaptation
    seen_in_training: bool = False
    inputs: set[Any] = field(default_factory=set)
    own_targets: bool = False  # a loss compared the output with what was made of an output: pseudo-labels


@dataclass(slots=True, eq=False)
class _Root:
    looks: int = 0
    bytes: int = 0  # printed
    training_looks: int = 0
    entered: State = field(default_factory=dict)  # buffers, as a training call began
    trained_buffers: set[str] = field(default_factory=set)
    trained: bool = False  # it was called in train mode, with gradient
    visits: list[_Visit] = field(default_factory=list)  # since the last training call
    optimisers: set[int] = field(default_factory=set)  # that stepped its parameters outside of any visit
    inputs: deque[Any] = field(default_factory=lambda: deque(maxlen=64))
    clean: dict[Where, int] = field(default_factory=dict)
    measured: dict[Where, set[Any]] = field(default_factory=dict)  # inputs of the visits that have ended
    found: dict[Where, EvaluationChange] = field(default_factory=dict)


class EvaluationChanges(Observer):
    """Writes an ``EvaluationChange`` where state moved between the first and the last call of a visit and stayed so.

    Weights swapped in before a loop and back after it, noise that is taken back, a state that is reset or loaded before
    training goes on: all of these leave no difference, or another one than the visit made.
    """

    kinds: ClassVar[tuple[str, ...]] = ("evaluation_change",)
    operations = frozenset(LOSSES)

    def __init__(self, watch: Watch, labels: RootLabels, taints: Taints) -> None:
        self._watch = watch
        self._labels = labels
        self._taints = taints
        self._calls: dict[int, _Visit] = {}  # visits by the numbers of their calls since the last step
        self._roots: weakref.WeakKeyDictionary[torch.nn.Module, _Root] = weakref.WeakKeyDictionary()

    def module_entered(self, call: ModuleCall) -> None:
        if not call.is_model or call.where is None:
            return
        known = self._roots.setdefault(call.root, _Root())
        if call.root.training:
            if call.grad_enabled:
                self._train(known, call)
        elif known.trained:
            self._visit(known, call, call.where)

    def module_left(self, call: ModuleCall, output: object) -> None:
        known = self._roots.get(call.root) if call.is_model else None
        if known is None:
            return
        if known.entered:
            now = _prints(_held(call.root, buffers_only=True))
            known.trained_buffers |= {name for name, held in known.entered.items() if now.get(name) != held}
            known.entered = {}
        elif not call.root.training and known.visits:
            known.visits[-1].after = self._look(known, call.root)
            if len(self._calls) < MAX_CALLS:
                self._calls[call.number] = known.visits[-1]

    def operation(self, op: Operation) -> None:
        if self._calls and len(op.inputs) > 1 and all(self._taints.of(tensor).calls for tensor in op.inputs[:2]):
            for number in self._taints.all_of(op.inputs[:2]).calls & self._calls.keys():
                self._calls[number].own_targets = True

    def step_ended(self, step: Step) -> None:
        self._calls.clear()
        held = {id(tensor) for tensor in step.parameters}
        loops = None
        for root, known in self._roots.items():
            if not any(id(parameter) in held for parameter in root.parameters()):
                continue
            visit = known.visits[-1] if known.visits else None
            loops = self._watch.position.loops() if loops is None else loops
            if visit is None or visit.loop is None or not any(loop is visit.loop for loop in loops):
                if not known.visits:
                    known.optimisers.add(step.id)
                continue
            if step.id not in known.optimisers:
                visit.foreign = True
                continue
            visit.steps += 1
            visit.step_where, visit.optimiser = step.where, step.id
            visit.after = self._look(known, root)

    # -- parts

    def _look(self, known: _Root, root: torch.nn.Module) -> State:
        held = _held(root)
        known.looks += 1
        known.bytes += sum(tensor.nbytes for tensor in held.values())
        return _prints(held) if known.looks <= MAX_LOOKS and known.bytes <= MAX_BYTES else {}

    def _visit(self, known: _Root, call: ModuleCall, where: Where) -> None:
        loops = self._watch.position.loops()
        loop = loops[0] if loops else None
        last = known.visits[-1] if known.visits else None
        if last is None or last.where != where or last.loop is not loop:
            if len(known.visits) >= MAX_LOOKS or known.looks >= MAX_LOOKS:
                return
            state = self._look(known, call.root)
            last = _Visit(where, loop, state, state)
            known.visits.append(last)
        held = content(tensors_in(call.given))
        last.seen_in_training |= held in known.inputs
        if held is not None:
            last.inputs.add(held)

    def _train(self, known: _Root, call: ModuleCall) -> None:
        if self._watch.close:
            known.inputs.append(content(tensors_in(call.given)))
        if known.visits:
            loops = self._watch.position.loops()
            inner = loops[0] if loops else None
            now = self._look(known, call.root)
            for visit, then in zip(known.visits, [*(later.before for later in known.visits[1:]), now], strict=True):
                if not (visit.foreign or (visit.steps and visit.loop is inner)):
                    self._close(known, self._labels.of(call.root), visit, then)
            known.visits.clear()
        elif known.training_looks < TRAINING_LOOKS:
            known.training_looks += 1
            known.entered = _prints(_held(call.root, buffers_only=True))
        known.trained = True

    def _close(self, known: _Root, root: str, visit: _Visit, then: State) -> None:
        if not (visit.after and then):
            return  # not all of it was looked at
        changed = [
            name
            for name, held in visit.before.items()
            if name in visit.after and visit.after[name] != held and then.get(name) == visit.after[name]
        ]
        parameters = tuple(name for name in changed if not name.startswith(_BUFFER))
        buffers = tuple(name[1:] for name in changed if name in known.trained_buffers)
        if not (parameters or buffers):
            known.clean[visit.where] = known.clean.get(visit.where, 0) + (not visit.steps)
            return
        old = known.found.get(visit.where)
        measured = known.measured.setdefault(visit.where, set())
        again = visit.inputs & measured
        measured |= visit.inputs
        known.found[visit.where] = EvaluationChange(
            visit.where,
            root,
            visit.loop.site.where if visit.loop is not None else None,
            parameters,
            buffers,
            (old.entries if old else 0) + 1,
            (old.steps if old else 0) + visit.steps,
            visit.step_where or (old.step_where if old else None),
            visit.optimiser if visit.steps else (old.optimiser if old else -1),
            visit.seen_in_training or (old is not None and old.trained_on_inputs),
            own_targets=visit.own_targets or (old is not None and old.own_targets),
            inputs_again=len(again) + (old.inputs_again if old else 0),
        )
        self._watch.write(known.found[visit.where])

    def finish(self) -> None:
        for known in self._roots.values():
            for where, change in known.found.items():
                others = sum(times for place, times in known.clean.items() if place != where)
                last = set().union(*(visit.inputs for visit in known.visits if visit.where == where))
                again = change.inputs_again + len(last & known.measured[where])
                self._watch.write(replace(change, other_evaluations=others, inputs_again=again))


_BUFFER = "="  # in front of a buffer's name: no parameter's begins so


def _held(root: torch.nn.Module, buffers_only: bool = False) -> dict[str, torch.Tensor]:
    """The parameters, and the buffers that a user's own module keeps."""
    held: dict[str, torch.Tensor] = {}
    for prefix, module in root.named_modules():
        if not buffers_only:
            held.update((_name(prefix, name), p) for name, p in module.named_parameters(recurse=False))
        if type(module).__module__.startswith("torch."):
            continue  # running statistics follow torch's own rules, and have checks of their own
        transient = _torch.transient_buffers(module)
        held.update(
            (_BUFFER + _name(prefix, name), buffer)
            for name, buffer in module.named_buffers(recurse=False)
            if name not in transient and buffer.is_floating_point()
        )
    return {name: tensor for name, tensor in held.items() if readable(tensor)}


def _prints(held: dict[str, torch.Tensor]) -> State:
    return {name: fingerprint(tensor) for name, tensor in held.items()}


def _name(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name
