"""Can the model memorise one batch?"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import torch

from trialrun.evidence import overfit_verdict
from trialrun.evidence.numerics import Verdict
from trialrun.evidence.overfit_words import fell, number, percent
from trialrun.numerics.subject import Loss, UnsupportedError, from_made
from trialrun.testing.memorising import Memorised, memorise
from trialrun.testing.outcome import AssertionResult, allowed, settle
from trialrun.testing.place import device_of, handed, left_alone

Optimizers: TypeAlias = torch.optim.Optimizer | Callable[[Any], torch.optim.Optimizer] | None

# Without an optimiser of the caller's: from Adam's own rate to what few weights with far to go need, then below.
RATES = (1e-3, 1e-2, 1e-1, 1e-4)
_WORDS = {
    overfit_verdict.LEARNT: "LEARNT",
    overfit_verdict.LEARNING: "LEARNING",
    overfit_verdict.NOT_LEARNT: "NOT LEARNT",
    overfit_verdict.NO_VERDICT: Verdict.INCONCLUSIVE.value,
}
_RANK = ("UNSUPPORTED", "INCONCLUSIVE", "NOT LEARNT", "LEARNING", "LEARNT")  # of several runs the last one counts


def assert_overfits(
    model: Any,
    batch: Any,
    loss: Loss | None = None,
    *,
    optimizer: Optimizers = None,
    steps: int = 300,
    to: float | None = None,
    device: str | None = None,
    seed: int = 0,
    allow: str | Iterable[str] = (),
) -> AssertionResult:
    """A copy of the model, trained on this one batch for at most ``steps`` updates, learns it by heart.

    ``model``: a module, in the mode it is in; ``batch``: as ``loss(model, batch)`` takes it, which gives one number
    (None: the model's own ``.loss``). ``optimizer``: one of the model's parameters, of which a copy is used, or a
    function of parameters that returns one; None: Adam, at learning rates of 1e-3, 1e-2, 1e-1 and 1e-4 until one
    succeeds. Dropout and weight decay are off; random numbers are the same at each step. ``device`` None: where the
    model is.

    Success is a loss of ``to`` or less. Without ``to`` it is that the loss came within 1 % of the way to the least
    that this loss function can reach on these targets, or 90 % of that way (``evidence.overfit_verdict``: this
    project's own choice, as in ``trialrun run``); and, since a loss that falls from a wild start to that of a constant
    guess has learnt nothing, that 90 % of the classes are right or 90 % of the targets' variance is explained where
    a loss function of torch's shows outputs and targets, and that any other loss is less than a quarter of what it is
    with the mean output for all samples.

    Verdicts: LEARNT; LEARNING, still falling; NOT LEARNT; INCONCLUSIVE, with the reason, also where there was nothing
    left to learn; UNSUPPORTED. The rows have the losses by step.

    Raises AssertionError for all but LEARNT, and but what ``allow`` names of INCONCLUSIVE and UNSUPPORTED.
    """
    __tracebackhide__ = True
    model, passing = handed(model), allowed(allow)
    begun = time.monotonic()
    best: AssertionResult | None = None
    with left_alone(model, seed):
        subject = from_made((model, batch), "the model")
        subject.loss = loss
        for rate in (None,) if optimizer is not None else RATES:
            try:
                made = memorise(subject, optimizer or _adam(rate), steps, to, device or device_of(model), seed)
                found = _told(made, to, rate, time.monotonic() - begun)
            except UnsupportedError as refusal:
                found = AssertionResult(
                    Verdict.UNSUPPORTED.value, False, f"{str(refusal).rstrip('.')}.", summary=refusal.lines
                )
            if best is None or _rank(found) > _rank(best):
                best = found
            if found.ok or found.facts.get("settled") or found.verdict == Verdict.UNSUPPORTED.value:
                break
    assert best is not None  # a rate at least was tried
    return settle("assert_overfits", best, passing)


def _rank(result: AssertionResult) -> tuple[int, float]:
    """Of several runs the one that says most: by its verdict, then by the loss it came to."""
    last = result.facts.get("loss_last", math.inf)
    if result.facts.get("loss_of_mean_output") is not None:
        return _RANK.index("LEARNING"), math.inf  # it came farther than any that still falls
    return _RANK.index(result.verdict), -last if math.isfinite(last) else -math.inf


def _adam(rate: float | None) -> Callable[[Any], torch.optim.Optimizer]:
    return lambda parameters: torch.optim.Adam(parameters, lr=rate if rate is not None else RATES[0])


def _told(made: Memorised, to: float | None, rate: float | None, seconds: float) -> AssertionResult:
    record = made.record
    settled = ""  # a reason that another learning rate does not change
    if not math.isfinite(record.losses[0]):
        settled = f"The loss was {number(record.losses[0])} before any update."
    elif made.at_once:
        settled = f"The loss was {number(record.losses[0])} before any update: nothing was left to learn."
    elif to is None and made.noise and record.floor is None:
        settled = "The loss draws random numbers and is none that is known, as in a variational autoencoder."
    given = overfit_verdict.verdict(record)
    verdict, reason = _WORDS[given.word], given.sentence
    if settled:
        verdict, reason = Verdict.INCONCLUSIVE.value, settled
    elif made.constant is not None:
        verdict = Verdict.INCONCLUSIVE.value
        reason = (
            f"{_way(made)}. But with the mean output for all samples it is {number(made.constant)}: a constant guess"
            " does as well, as where all targets are equal."
        )
    elif made.success:
        verdict, reason = "LEARNT", f"{_way(made)}."
    elif verdict == "LEARNT" or to is not None:
        verdict = "LEARNING" if given.word == overfit_verdict.LEARNING else "NOT LEARNT"
    if to is not None and not settled:
        last = min(record.losses[-overfit_verdict.RECENT :])
        reason = (
            f"The loss went from {number(record.losses[0])} to {number(last)} in {len(record.losses) - 1} updates; "
            f"to={to:g} was asked for."
        )
    elif made.short and not settled:
        reason = f"{_way(made)}. But {made.short}: the way down is that to a constant guess."
    elif record.one_output and verdict != "LEARNT" and not settled:
        verdict, reason = "NOT LEARNT", f"{reason} At the end all samples have the same output."
    used = "your optimizer" if rate is None else f"Adam at a learning rate of {rate:g}"
    summary = [f"Trained with {used}; dropout and weight decay off; seed of the global generators held."]
    if rate is not None and verdict != "LEARNT" and not settled:
        summary.append(f"Rates of {', '.join(f'{r:g}' for r in RATES)} were tried; this is the best of them.")
    if record.tied_share:
        summary.append(f"{record.tied_share:.0%} of the targets stand at an output that another target stands at too.")
    return AssertionResult(
        verdict,
        verdict == "LEARNT",
        reason,
        tuple(summary),
        _advice(verdict, bool(settled), record.budget_steps, made.noise and record.floor is None),
        {
            "settled": bool(settled),
            "loss_first": record.losses[0],
            "loss_last": record.losses[-1],
            "updates": len(record.losses) - 1,
            "floor": record.floor,
            "floor_source": record.floor_source,
            "accuracy": record.accuracy[-1] if record.accuracy else None,
            "variance_explained": made.explained,
            "loss_of_mean_output": made.constant,
            "learning_rates": list(record.learning_rates),
            "to": to,
        },
        tuple({"update": step, "loss": value} for step, value in enumerate(record.losses)),
        seconds,
    )


def _way(made: Memorised) -> str:
    """The way of the loss, to its end; and where it led."""
    record = made.record
    losses, least = record.losses, record.floor
    told = [fell(losses[0], losses[-1], len(losses) - 1)]
    seen = "; it was never below 0" if min(losses) >= 0 else ""
    told.append(f"its floor is {number(least)}" if least is not None else f"its floor is not known{seen}")
    if record.accuracy:
        told.append(f"{percent(record.accuracy[-1])} of the classes are right")
    if made.explained is not None and not made.short:
        told.append(f"the outputs explain {percent(made.explained)} of the variance of the targets")
    return "; ".join(told)


def _advice(verdict: str, settled: bool, steps: int, noisy: bool) -> str:
    if verdict == "LEARNT":
        return ""
    if settled and not noisy:
        return "Hand over fresh weights, and a batch on which the loss is finite and leaves something to learn."
    if settled:
        return "The least it can reach is not known: say with to= which loss is enough."
    if verdict == "LEARNING":
        return (
            f"Give it more updates than steps={steps} or an optimizer= with a higher learning rate, or say with to="
            " which loss is enough."
        )
    return (
        "`trialrun run` on the training script looks for the cause; assert_gradients_flow tells which parameters get no"
        " gradient. Where one batch cannot be learnt by heart on purpose, say with to= which loss is enough."
    )
