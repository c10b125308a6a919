"""Updates are made, but no weight changes by a single bit.

## Why is this bad?

The program computes gradients and calls `step()`, and the model stays what it was at the start. Causes: an update
that only rebinds a name (`p = p - lr * p.grad`), an optimiser of one's own that works on copies, an update far below
the spacing of the weights' number format.

## Fix

Update in place: `with torch.no_grad(): p -= lr * p.grad`, or use an optimiser of `torch.optim` over
`model.parameters()`.

## Limits

Steps with a learning rate of 0 (warm-up from 0) and steps that saw no gradient do not count; two that do are needed. An
optimiser of one's own may gather gradients or act on a threshold: it is an error only if its class, and what of the
program it calls, writes to no tensor anywhere, else a warning, and nothing where the loss of a repeated batch does
change. When the update expected from rate and gradient is itself below the weights' spacing, it is a warning at a
constant rate and nothing while the rate still rises. A program
may want gradients and no update (saliency maps, Fisher information), or hand its optimiser to a library: no step at all
is an error only if the program builds an optimiser, goes backward eight times and has no word of a step in its whole
source. It is a warning otherwise, and only for a loss function's backward on weights that were not loaded.

## References

Goldberg, "What Every Computer Scientist Should Know About Floating-Point Arithmetic", 1991 (spacing of floats).
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.absence import mentioned
from trialrun.checks.base import Check
from trialrun.checks.own_optimiser import must_change_weights
from trialrun.checks.wording import count, number, optimiser_name
from trialrun.evidence import Evidence
from trialrun.evidence.model import OptimiserRecord
from trialrun.evidence.overfit_verdict import ENOUGH_REPEATS
from trialrun.findings.finding import Finding, Severity

# Relative spacing of the formats: a change below half of it is lost in rounding.
_SPACING = {"float64": 2.0**-52, "float32": 2.0**-23, "float16": 2.0**-10, "bfloat16": 2.0**-7}


# Without these names in its source a program cannot make its optimiser step.
_STEPPING = frozenset({"step", "minimize", "fit"})


class ParametersNeverChange(Check):
    code = "OPT505"
    slug = "parameters-never-change"
    severity = Severity.ERROR
    needs = ("parameter",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for optimiser in evidence.optimiser:
            if optimiser.steps_with_lr >= 2 and optimiser.gradients_seen and not optimiser.changed:
                yield from self._idle(evidence, optimiser)
        if not evidence.update and not any(record.steps for record in evidence.optimiser):
            yield from self._never_updated(evidence)

    def _idle(self, evidence: Evidence, optimiser: OptimiserRecord) -> Iterable[Finding]:
        updates = [update for update in evidence.update if update.optimiser == optimiser.id]
        if any(update.parameters_changed for update in updates):
            return  # it did change something, which was put back later (look-ahead, a rate finder, MAML)
        rates = [max(update.learning_rates, default=0.0) for update in updates]
        expected, spacing = _expected_change(evidence, optimiser)
        visible = expected is not None and expected > spacing
        rising = len(rates) > 1 and rates[-1] > rates[0]
        if not visible and rising:
            return
        norms = [number(update.gradient_norm) for update in updates if update.gradient_norm is not None][:3]
        message = (
            f"{optimiser_name(optimiser)} made {count(optimiser.steps_with_lr, 'step')} at a learning rate of "
            f"{number(max(rates, default=0.0))} with gradients (|g| {', '.join(norms) or 'unknown'}), and none of its "
            f"{count(optimiser.parameters, 'parameter')} changed by a bit."
        )
        if visible:
            message += f" A change of at least {number(expected)} of the weights was due."
        elif expected is not None:
            due = f"{number(expected)} of the weights"
            message += f" The change that was due, {due}, is below their spacing, {number(spacing)}."
        sure = visible and must_change_weights(evidence, optimiser.cls)
        if visible and not sure and _moves_in_the_end(evidence):
            return
        if visible and not sure:
            message += " If it gathers several gradients before it acts, or acts on a threshold, this is legitimate."
        yield self.finding(
            message,
            "Check what step() writes to: it must change the model's own tensors in place, and nothing may put "
            "them back."
            if visible
            else "Raise the learning rate, or keep the weights in float32.",
            where=optimiser.step_where or optimiser.where,
            severity=Severity.ERROR if sure else Severity.WARNING,
            measured={
                "steps": optimiser.steps_with_lr,
                "learning_rates": rates,
                "parameters": optimiser.parameters,
                "expected_relative_change": expected,
                "parameters_changed": 0,
            },
            expected="some weight changes in every step that has a gradient and a learning rate",
            explained_by=("MOD206", "MOD212"),
        )

    def _never_updated(self, evidence: Evidence) -> Iterable[Finding]:
        reached = [parameter for parameter in evidence.parameter if parameter.reached >= 3 and parameter.requires_grad]
        call = next((c for c in evidence.loss if c.training and c.function != "backward"), None)
        # With a model, a leaf of no module is an input, and its gradient is wanted for itself.
        wanted = len({bool(parameter.root) for parameter in reached}) > 1
        if not reached or call is None or wanted or any(p.changed or p.loaded for p in evidence.parameter):
            return
        most = max(parameter.reached for parameter in reached)
        sure = bool(evidence.optimiser) and most >= 8 and not mentioned(evidence, _STEPPING)
        yield self.finding(
            f"{count(max(p.reached for p in reached), 'backward')} reached {count(len(reached), 'parameter')} of "
            f"{reached[0].root or 'no module'} through {call.function}, but no update was made: no optimiser "
            f"stepped and no weight changed by a bit.",
            "Call optimizer.step(), or update in place: with torch.no_grad(): p -= lr * p.grad. (p = p - lr * "
            "p.grad only rebinds the name.) If only the gradients are wanted, this is legitimate.",
            where=call.where,
            severity=Severity.ERROR if sure else Severity.WARNING,
            measured={"backwards": max(p.reached for p in reached), "parameters": len(reached), "updates": 0},
            expected="weights that change after backward",
            explained_by=("MOD206", "MOD212"),
        )


def _moves_in_the_end(evidence: Evidence) -> bool:
    """Whether the loss of one batch, repeated, changed: of the same items that takes other weights.

    With several optimisers that step, those of another may have changed.
    """
    stepping = [record for record in evidence.optimiser if record.steps]
    losses = [loss for record in evidence.overfit if record.outcome == "ran" for loss in record.losses]
    return len(stepping) == 1 and len(losses) >= ENOUGH_REPEATS and len(set(losses)) > 1


def _expected_change(evidence: Evidence, optimiser: OptimiserRecord) -> tuple[float | None, float]:
    """The largest relative change that plain gradient descent makes in one step, and the spacing it must exceed."""
    updates = [update for update in evidence.update if update.optimiser == optimiser.id]
    rate = max((max(update.learning_rates, default=0.0) for update in updates), default=0.0)
    best: float | None = None
    spacing = _SPACING["float32"]
    for parameter in evidence.parameter:
        norm = max((norm for norm in parameter.gradient_norms if norm is not None), default=0.0)
        if optimiser.id in parameter.optimisers and norm and parameter.weight_norm is not None:
            change = rate * norm / max(parameter.weight_norm, 1e-12)
            if best is None or change > best:
                best, spacing = change, _SPACING.get(parameter.dtype, spacing)
    return best, spacing
