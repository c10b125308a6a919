"""Scores of a training on a part of the data, from the calls of known losses and from comparisons of class indices.

Light enough for every step: one function mode that looks at the names of what is called. What the program computes
itself is not changed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ClassVar

import torch
from torch.overrides import TorchFunctionMode

from trialrun import _torch
from trialrun.capture.arguments import by_name
from trialrun.capture.cards import named_tensors
from trialrun.capture.events import Backward, ModuleCall, Observer, Update
from trialrun.capture.names import LOSSES
from trialrun.capture.patches import Patches
from trialrun.capture.readings import readable, tensors_in
from trialrun.capture.subset import tallies
from trialrun.capture.subset.exchanged import ExchangedTargets
from trialrun.capture.subset.passes import EVALUATION, TRAINING, Pass, Passes
from trialrun.capture.subset.samples import fits
from trialrun.capture.subset.tallies import Tally
from trialrun.capture.taint import Taints
from trialrun.capture.watch import Watch

COMPARISONS = frozenset({"eq", "__eq__"})
COMPARED, OUTPUTS = "eq", "outputs"  # names of tallies that are of no loss
MAX_LOSSES = 100_000


class _Mode(TorchFunctionMode):
    def __init__(self, scores: Scores) -> None:
        super().__init__()
        self._scores = scores

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        name = getattr(func, "__name__", "")
        if name in LOSSES and self._scores.exchange():
            args, kwargs = (), self._scores.exchanging(name, func, args, kwargs or {})
        result = func(*args, **(kwargs or {}))
        if name in LOSSES or name in COMPARISONS:
            self._scores.called(name, func, args, kwargs or {}, result)
        return result


class Scores(Observer):
    """Sums what is seen of each pass."""

    kinds: ClassVar[tuple[str, ...]] = ("subset",)

    def __init__(self, watch: Watch, taints: Taints) -> None:
        self.passes = Passes()
        self.losses: list[float] = []  # of each update
        self.exchange: Callable[[], bool] = lambda: False  # whether targets of training are exchanged where losses are
        self.exchanged = ExchangedTargets()
        self._watch = watch
        self._taints = taints
        self._patches = Patches()
        self._mode: _Mode | None = None
        self._inputs: list[torch.Tensor] = []  # of the last model call: held until the next one, as slices die at once
        self._taken = False  # these inputs have been put among the samples
        self._unclaimed: tuple[Pass, Tally, torch.Tensor] | None = (
            None  # of an evaluation that called nothing known yet
        )
        self._evaluating: bool | None = (
            None  # the last model call ran without gradient, or in eval mode; None: none ran
        )
        self._reads: Any = None  # id of the data set that a batch came from since the last update
        self._since: list[float] = []  # losses since the last update
        self._backward: float | None = None

    def attach(self) -> None:
        """Begin."""
        self._patches.replace(_torch.loader_iterator(), "__next__", self._wrap_next)
        self._mode = _Mode(self)
        self._mode.__enter__()  # type: ignore[no-untyped-call]

    def stop_mode(self) -> None:
        """See no single call from here on: a compiler must meet no mode."""
        if self._mode is not None:
            _torch.leave_function_mode(self._mode)
            self._mode = None

    def detach(self) -> None:
        """Undo everything."""
        self.stop_mode()
        self._patches.undo()

    # -- what flows

    def _wrap_next(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def following(iterator: Any) -> Any:
            item = original(iterator)
            if self._watch.listening():
                self._reads = _torch.loader_dataset_id(iterator)
            return item

        return following

    def module_entered(self, call: ModuleCall) -> None:
        if call.is_model:
            self._settle()
            self._inputs = [tensor.detach() for tensor in tensors_in(call.given) if readable(tensor)]
            self._taken = False
            self._evaluating = not (call.grad_enabled and call.module.training)

    def module_left(self, call: ModuleCall, output: Any) -> None:
        if not call.is_model:
            return
        if not call.grad_enabled:
            self._compare_outputs(output)

    def _compare_outputs(self, output: Any) -> None:
        """Against the loop's item: scores of programs that count in NumPy. What calls a known function comes first."""
        loops: Any = self._watch.position.loops()
        guess = next((tensor for tensor in tensors_in(output) if readable(tensor) and tensor.is_floating_point()), None)
        roles = [loop.site.role for loop in loops if loop.site.role is not None]
        if guess is None or not guess.ndim or self._taken or roles[:1] != [EVALUATION]:  # a teacher's are none
            return
        entered = {tensor.data_ptr() for tensor in self._inputs}
        given = [tensor for _, tensor in named_tensors(self._watch.position.item()) if fits(tensor, guess.shape[0])]
        given = [tensor for tensor in given if tensor.data_ptr() not in entered]
        tally = tallies.of_outputs(guess, given[0]) if len(given) == 1 else None
        if tally is not None:
            self._unclaimed = (self._pass(EVALUATION, loops, given[0]), tally, given[0])

    def _settle(self) -> None:
        """Nothing known was called on the outputs of the last model call: they are compared with the loop's item."""
        if self._unclaimed is not None:
            now, tally, target = self._unclaimed
            now.tallies.setdefault(OUTPUTS, Tally()).merge(tally)
            self._keep(now, target, target)
        self._unclaimed = None

    def finish(self) -> None:
        self._settle()

    def backward_ended(self, event: Backward) -> None:
        self._backward = event.value

    def updated(self, update: Update) -> None:
        self._settle()
        self.passes.updated()
        seen = self._since or ([] if self._backward is None else [self._backward])
        if seen and len(self.losses) < MAX_LOSSES:
            self.losses.append(sum(seen) / len(seen))
        self._since = []
        self._backward = self._reads = None

    @property
    def evaluated(self) -> bool:
        """Whether anything was evaluated after the first update."""
        return any(each.phase == EVALUATION and each.step for each in self.passes.all)

    def training_left(self) -> None:
        """A training loop has been left."""
        self._settle()
        self.passes.epoch += 1
        self._reads = None
        self._inputs = []

    # -- what is computed of it

    def exchanging(self, name: str, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments of a call of a loss, by name; in training each sample has the target of another."""
        options = by_name(function, args, kwargs)
        second = LOSSES[name][1]
        target = options.get(list(options)[second]) if second is not None and second < len(options) else None
        loops: Any = self._watch.position.loops()
        training = torch.is_grad_enabled() and not self._evaluating and (not loops or loops[0].site.role != EVALUATION)
        if training and second is not None and isinstance(target, torch.Tensor) and self._watch.listening():
            with _torch.reading():
                options[list(options)[second]] = self.exchanged.of(self._inputs, target)
        return options

    def called(self, name: str, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        """A known loss, or a comparison, has returned ``result``."""
        if self._watch.listening():
            grad = torch.is_grad_enabled()
            with _torch.reading():
                self._watch.shielded(self.kinds, self._note, name, function, args, kwargs, result, grad)

    def _note(
        self, name: str, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any, grad: bool
    ) -> None:
        loops: Any = self._watch.position.loops()
        phase = self._phase(loops, result, grad)
        if phase is None:
            return
        if name in LOSSES:
            seen = tallies.seen_in(name, function, args, kwargs, result)
            if seen is None:
                return
            if phase == TRAINING:
                self._trained_on = _torch.weak(seen.target)
                seen.tally.foreign = float(bool(self._taints.of(seen.target).calls))
                self._since.append(seen.tally.loss / max(seen.tally.samples, 1))
            self._add(phase, loops, name, seen.tally, seen.target, seen.answers)
        elif phase == EVALUATION:
            tensors = [value for value in args if isinstance(value, torch.Tensor)]
            tally = tallies.compared(tensors[0], tensors[1], result) if len(tensors) == 2 else None
            if tally is not None:
                target = self._given(tensors)
                self._add(phase, loops, COMPARED, tally, target, target if target.ndim == 1 else None)

    def _phase(self, loops: Any, result: Any, grad: bool) -> str | None:
        for loop in loops:
            if loop.site.role == EVALUATION:
                return EVALUATION
            if loop.site.role is not None:
                break
        if isinstance(result, torch.Tensor) and result.requires_grad:
            return TRAINING
        if self._evaluating is None:  # no module is called: functions on weights of the program's own
            return None if grad else EVALUATION
        return EVALUATION if self._evaluating else None

    def _given(self, pair: list[torch.Tensor]) -> torch.Tensor:
        """The one of two tensors that the program was given: part of the loop's item; else the second."""
        held = {tensor.data_ptr() for _, tensor in named_tensors(self._watch.position.item())}
        return pair[0] if pair[0].data_ptr() in held and pair[1].data_ptr() not in held else pair[1]

    def _add(
        self, phase: str, loops: Any, name: str, tally: Tally, target: torch.Tensor, answers: torch.Tensor | None
    ) -> None:
        if phase == EVALUATION and self._is_running_score(loops, target):
            return
        now = self._pass(phase, loops, target)
        now.tallies.setdefault(name, Tally()).merge(tally)
        self._unclaimed = None
        self._keep(now, target, answers)

    def _is_running_score(self, loops: Any, target: torch.Tensor) -> bool:
        """Whether ``target`` is that of the batch which is being trained on."""
        loop = next((loop for loop in loops if loop.site.role is not None), None)
        if loop is None or loop.site.role != TRAINING or not self.passes.trains(loop):  # one loop may do both in turn
            return False
        held = {tensor.data_ptr() for _, tensor in named_tensors(self._watch.position.item())}
        return target is self._trained_on() or target.data_ptr() in held

    def _keep(self, now: Pass, target: torch.Tensor, answers: torch.Tensor | None) -> None:
        """Put the samples of the last model call among those of the pass."""
        if now.samples is None or self._taken or not target.ndim:
            return
        inputs = [tensor for tensor in self._inputs if fits(tensor, target.shape[0])]
        if inputs:
            self._taken = True
            reconstructs = any(tensor.shape == target.shape and torch.equal(tensor, target) for tensor in inputs)
            now.samples.add(inputs, target, None if reconstructs else answers)

    def _pass(self, phase: str, loops: Any, target: torch.Tensor) -> Pass:
        where = None if loops else self._watch.position.where()
        if phase == TRAINING:
            return self.passes.of_training(loops, where)
        where = self._watch.position.where()
        reads = self._reads
        if reads is None:
            reads = (tuple(target.shape), repr(target.reshape(-1)[:8].tolist()))
        return self.passes.of_evaluation(loops, where, reads)
