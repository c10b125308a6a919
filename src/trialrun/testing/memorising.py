"""One batch repeated on a copy of the model, read as the repeats of a rehearsal are."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch

from trialrun.evidence import overfit_verdict
from trialrun.evidence.overfit_words import percent
from trialrun.evidence.repeats import OverfitRecord
from trialrun.experiments import randomness
from trialrun.experiments.plan import Variant
from trialrun.experiments.probe import Probe
from trialrun.experiments.reading import Reading
from trialrun.experiments.ties import Pairs, ties
from trialrun.numerics import samples
from trialrun.numerics.accumulation.gradients import own_loss
from trialrun.numerics.dropout import switch_off
from trialrun.numerics.plain_values import seed_all
from trialrun.numerics.subject import Subject, UnsupportedError, users_code
from trialrun.testing.constant_guess import loss_of_mean_outputs

# Of what the loss is with the mean output for all samples: a loss of squares then explains 75 % of a variance. This
# project's own choice, wider than where outputs are set against targets, since a loss of any form is met here.
FROM_CONSTANT = 0.25
_BY_VALUE = frozenset(("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"))


@dataclass(frozen=True)
class Memorised:
    """One training: what the repeats showed, whether they came to what was asked for, and if not quite, why."""

    record: OverfitRecord
    success: bool
    short: str  # the loss is down, but the outputs are not at their targets; "" where that is not so
    constant: float | None  # of a loss not known: what it is with the mean output for all, where that is as good
    at_once: bool  # it was there before any update
    noise: bool  # random numbers were drawn, dropout aside
    explained: float | None  # share of the targets' variance, at the end; None where they are not compared by value


@dataclass
class _Training:
    """A copy of everything, ready to be stepped."""

    model: torch.nn.Module
    optimizer: torch.optim.Optimizer
    parameters: list[torch.nn.Parameter]
    loss: Callable[[Any, Any], Any]
    batch: Any
    generators: randomness.States = field(default_factory=list)

    def evaluate(self) -> torch.Tensor:
        """The loss and its gradient; the same random numbers each time."""
        randomness.rewind(self.generators)
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self.model, self.batch)
        if not isinstance(loss, torch.Tensor) or loss.numel() != 1:
            shape = tuple(loss.shape) if isinstance(loss, torch.Tensor) else type(loss).__name__
            raise UnsupportedError(f"the loss is {shape}: it has to be a tensor of one number")
        if not loss.requires_grad:
            raise UnsupportedError("the loss has no gradient: nothing it was computed from requires one")
        loss.backward()  # type: ignore[no-untyped-call]
        if all(parameter.grad is None for parameter in self.parameters):
            raise UnsupportedError(
                "the loss gives the model it is handed no gradient: loss(model, batch) has to call that model, which"
                " is a copy"
            )
        return loss.detach()


def memorise(subject: Subject, optimizer: Any, steps: int, to: float | None, device: str, seed: int) -> Memorised:
    """At most ``steps`` updates of a copy of ``subject``.

    Raises UnsupportedError where it cannot be trained.
    """
    training = _prepared(subject, optimizer, device, seed)
    probe = Probe(lambda: None, modes=True)
    losses: list[float] = []
    accuracy: list[float] = []
    near = False
    while True:
        last = len(losses) == steps
        reading = _repeat(training, probe, compared=near or last, update=not last)
        if reading.loss is None:
            raise UnsupportedError("the loss is no single number")
        if not losses:
            first, floor = reading, reading.floor[0] if reading.floor else None
        losses.append(reading.loss)
        if reading.accuracy is not None:
            accuracy.append(reading.accuracy)
        near = _is_near(losses, accuracy, floor, to)
        if last or not math.isfinite(reading.loss):
            break
        if near and (to is not None or _meets(training, reading, accuracy)):
            break
    record = _record(training, first, reading, losses, accuracy, steps)
    learnt = near if to is not None else overfit_verdict.verdict(record).word == overfit_verdict.LEARNT
    judged = learnt and to is None
    short = _short(reading, accuracy) if judged else ""
    constant = _constant(training, losses[-1]) if judged and not _known(reading) else None
    return Memorised(
        record,
        learnt and not short and constant is None,
        short,
        constant,
        _is_near(losses[:1], accuracy[:1], floor, to),
        first.noise,
        _explained(reading),
    )


def _meets(training: _Training, reading: Reading, accuracy: list[float]) -> bool:
    """Whether a loss that is down is so for the outputs' being at their targets, as far as that can be seen."""
    if reading.calls and not reading.pairs:
        return False  # they are compared in the next repeat
    return not _short(reading, accuracy) if _known(reading) else _constant(training, reading.loss or 0.0) is None


def _constant(training: _Training, loss: float) -> float | None:
    """The loss of the mean output for all samples, where that is most of the way to ``loss``; None where it is not."""

    def again() -> torch.Tensor:
        randomness.rewind(training.generators)
        with users_code("the loss"):
            return training.loss(training.model, training.batch).detach()  # type: ignore[no-any-return]

    guess = loss_of_mean_outputs(training.model, again, samples.count(training.batch) or 0)
    return guess if guess is not None and 0 <= FROM_CONSTANT * guess <= loss else None


def _is_near(losses: list[float], accuracy: list[float], floor: float | None, to: float | None) -> bool:
    if to is not None:
        return min(losses[-overfit_verdict.RECENT :]) <= to
    return overfit_verdict.reached_floor(losses, accuracy, floor)


def _prepared(subject: Subject, optimizer: Any, device: str, seed: int) -> _Training:
    model = subject.module
    if model is None or not any(parameter.requires_grad for parameter in model.parameters()):
        raise UnsupportedError(f"{subject.name} has no parameter to train")
    with users_code("copying the model"):
        if isinstance(optimizer, torch.optim.Optimizer):
            model, stepped = copy.deepcopy((model, optimizer))
        else:
            model, stepped = copy.deepcopy(model), None
        model.to(device)
    if stepped is None:
        with users_code("optimizer="):
            stepped = optimizer([parameter for parameter in model.parameters() if parameter.requires_grad])
        if not isinstance(stepped, torch.optim.Optimizer):
            raise UnsupportedError(f"optimizer= returned a {type(stepped).__name__}, no torch.optim.Optimizer")
    mine = {id(parameter) for parameter in model.parameters()}
    if not any(id(parameter) in mine for group in stepped.param_groups for parameter in group["params"]):
        raise UnsupportedError("optimizer= holds no parameter of this model")
    switch_off(model)
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    seed_all(seed)
    loss, batch = subject.loss or own_loss, samples.moved(samples.copied(subject.batch), device)
    return _Training(model, stepped, parameters, loss, batch, randomness.states(()))


def _repeat(training: _Training, probe: Probe, compared: bool, update: bool) -> Reading:
    """One update, or the evaluation alone; ``compared``: outputs are set against targets."""
    probe.begin(Variant(regularised=False, detail=True, ties=compared))
    try:
        with users_code("the training step"):
            if update:
                training.optimizer.step(training.evaluate)  # type: ignore[arg-type]
            else:
                training.evaluate()
    finally:
        reading = probe.end()
    return reading


def _known(reading: Reading) -> list[Pairs]:
    """What each loss function compared; empty where one of them is not known."""
    found = [pairs for pairs in reading.pairs if pairs is not None]
    return found if len(found) == len(reading.calls) else []


def _explained(reading: Reading) -> float | None:
    """The share of the targets' variance that the outputs explain (R squared); None where that is no question."""
    known = _known(reading)
    if not known or any(call.function not in _BY_VALUE for call in reading.calls):
        return None
    outputs, targets = (torch.cat([getattr(pairs, name) for pairs in known]) for name in ("outputs", "targets"))
    total = float((targets - targets.mean()).square().sum())
    return 1 - float((outputs - targets).square().sum()) / total if total > 0 else None


def _short(reading: Reading, accuracy: list[float]) -> str:
    """Why a loss that is down shows nothing: outputs that are not at their targets; "" where that is not so."""
    if accuracy and accuracy[-1] < overfit_verdict.MOST:
        return f"{percent(accuracy[-1])} of the classes are right"
    share = _explained(reading)
    if share is not None and share < overfit_verdict.MOST:
        return f"the outputs explain {percent(max(share, 0.0))} of the variance of the targets"
    same = ties(reading.pairs)
    if same is not None and same.one_output and any(_differ(pairs.targets) for pairs in _known(reading)):
        return "every sample has the same output, and targets differ"
    return ""


def _differ(values: torch.Tensor) -> bool:
    return bool((values != values[:1]).any())


def _record(
    training: _Training, first: Reading, last: Reading, losses: list[float], accuracy: list[float], steps: int
) -> OverfitRecord:
    same = ties(last.pairs)
    groups = training.optimizer.param_groups
    return OverfitRecord(
        outcome="ran",
        losses=tuple(losses),
        accuracy=tuple(accuracy) if len(accuracy) == len(losses) else (),
        floor=first.floor[0] if first.floor else None,
        floor_source=first.floor[1] if first.floor else "",
        loss_functions=tuple(dict.fromkeys(call.function for call in first.calls)),
        nonlinear=first.nonlinear,
        parameters=sum(parameter.numel() for parameter in training.parameters),
        targets=sum(call.targets for call in first.calls),
        tied_share=same.share if same else None,
        one_output=same.one_output if same else None,
        learning_rates=tuple(float(group["lr"]) for group in groups if "lr" in group),
        budget_steps=steps,
        budget_ended=len(losses) > steps,
    )
