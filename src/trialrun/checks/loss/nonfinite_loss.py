"""The training loss is NaN or infinite.

## Why is this bad?

The gradient of a non-finite loss is non-finite, and one optimiser step with it makes every weight NaN. Nothing
recovers from that: the rest of the run computes NaN.

## Fix

Look at the first operation that turned finite numbers into NaN or infinity, named here. Usual causes: `log(0)` (use
`log_softmax`, `logsumexp`, `clamp(min=eps)`), division by zero, `sqrt` at 0 (its derivative is infinite there), `exp`
of a large number, float16 overflow, a learning rate that is too high. Where the losses had grown a millionfold while
they were still finite it is the last, or a gradient summed over the batch where its mean was meant.

## Limits

A `GradScaler` skips the steps whose gradients overflow, and a script may skip a non-finite loss itself: it is an
error only if an update was made on it or the weights became non-finite, and a warning if all losses stayed finite even
after that. It is a warning, too, in a program that tests for NaN or infinity, of which one model of a sweep is lost
while others, trained by optimisers of the same line, come through. An infinity inside the model that does no
harm (the `-inf` of an attention mask) is not reported.

## References

PyTorch documentation, `torch.amp.GradScaler`; Micikevicius et al., "Mixed Precision Training", 2018.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.ruin import broken_by_step, contained, first_ruining_update, one_of_a_sweep
from trialrun.checks.wording import count, finite, names, number, percent
from trialrun.evidence import Evidence
from trialrun.evidence.model import UpdateRecord
from trialrun.evidence.tensors import LossCall, NonFinite
from trialrun.findings.finding import Finding, Severity

RISING = 3  # losses at least, each higher than the one before it
OVERSHOT = 1e6  # times the first loss: so large the losses became while they were finite
_OVERSHOT = (
    "The updates overshoot, each further than the one before. Lower the learning rate; if the loss is a sum over the "
    "batch, divide the gradient by the number of samples, or take the mean."
)
_WITHIN_ONE = frozenset({"acos", "arccos", "asin", "arcsin", "atanh", "arctanh"})


class NonfiniteLoss(Check):
    code = "LOS306"
    slug = "nonfinite-loss"
    severity = Severity.ERROR
    needs = ("loss",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        call = next((c for c in evidence.loss if c.training and not finite(c.value)), None)
        update = first_ruining_update(evidence)
        if call is None and update is None:
            return
        step = min(record.step for record in (call, update) if record is not None)
        given = any(card.nonfinite_count for batch in evidence.batch if batch.step == step for card in batch.tensors)
        if given and not broken_by_step(evidence, step):
            return  # DAT101 tells the cause: the batch itself
        operation = _origin(evidence, step, nan=_is_nan(call, update))
        where = operation.where if operation else call.where if call and call.step == step else update and update.where
        before = _losses_before(evidence, step)
        overshot = len(before) >= RISING and before == sorted(before) and before[-1] > OVERSHOT * before[0] > 0
        parts = [_what(call, update, step), _first(operation)]
        if overshot:
            rise = ", ".join(f"{loss:.4g}" for loss in before[-4:])
            parts.append(f"The losses before it had grown from {before[0]:.4g}: {rise}.")
        if update is not None:
            parameters = count(update.nonfinite_parameters, "parameter")
            parts.append(f"The update of step {update.step} left {parameters} non-finite.")
        else:
            parts.append("The weights stayed finite.")
        sweep = update is not None and one_of_a_sweep(evidence, update)
        if sweep:
            parts.append("If this setting of a sweep may be lost, this is legitimate.")
        apart = call is None and update is not None and contained(evidence, update)
        yield self.finding(
            " ".join(part for part in parts if part),
            _OVERSHOT if overshot else _advice(operation, before),
            where=where or None,
            severity=Severity.WARNING if update is None or apart or sweep else Severity.ERROR,
            measured={
                "step": step,
                "loss": None if call is None else str(call.value),
                "operation": operation.operation if operation else None,
                "module": operation.module if operation else None,
                "nonfinite_parameters": update.nonfinite_parameters if update else 0,
            },
            expected="a finite loss in every step",
            explained_by=(
                *("DAT102", "GRD405", "MOD211", "OPT503"),
                *(("GRD406",) if update is not None and finite(update.loss) else ()),
            ),
        )


def _losses_before(evidence: Evidence, step: int) -> list[float]:
    losses = [update.loss for update in evidence.update if update.step < step]
    return [loss for loss in losses if loss is not None and finite(loss)]


def _is_nan(call: LossCall | None, update: UpdateRecord | None) -> bool:
    values = [record.value for record in (call,) if record] + [u.loss for u in (update,) if u]
    return any(value is not None and value != value for value in values)


def _origin(evidence: Evidence, step: int, nan: bool) -> NonFinite | None:
    """The operation that began it: of the same step, and, for a NaN loss, rather one that made NaN than an infinity.

    An infinity alone may be a mask.
    """
    found = [record for record in evidence.nonfinite if record.step == step]
    of_kind = [record for record in found if nan and record.kind == "nan"]
    return next(iter(of_kind or found), None)


def _what(call: LossCall | None, update: UpdateRecord | None, step: int) -> str:
    if call is not None and call.step == step:
        return f"The training loss ({call.function}) is {call.value} in step {step}."
    loss = update.loss if update else None
    if not finite(loss):
        return f"The training loss is {loss} in step {step}."
    return f"The loss of step {step} is finite ({number(loss)}), but its gradients are not."


def _first(operation: NonFinite | None) -> str:
    if operation is None:
        return ""
    ranges = [f"[{number(low)}, {number(high)}]" for low, high in operation.input_ranges]
    inside = f" in module {operation.module}" if operation.module else ""
    given = f" from finite inputs in {names(ranges)}" if ranges else " from finite inputs"
    share = f" in {percent(operation.share)} of its elements" if operation.share else ""
    return f"The first operation that made {operation.kind}{given} is `{operation.operation}`{inside}{share}."


def _advice(operation: NonFinite | None, before: list[float]) -> str:
    name = operation.operation.lower() if operation else ""
    if name.strip("_") in _WITHIN_ONE:
        return f"Keep the argument of `{name}` within -1..1, outside of which it has no value: scale it, or clamp it."
    if "log" in name:
        return "Keep the argument of the logarithm above 0: log_softmax, logsumexp, or clamp(min=1e-8)."
    if "div" in name or "reciprocal" in name:
        return "Keep the divisor away from 0: add a small constant, or clamp(min=1e-8)."
    if "sqrt" in name or "norm" in name:
        return "Add a small constant under the root: its derivative at 0 is infinite."
    if "exp" in name or "pow" in name:
        return "Bound the argument, or compute in log space (logsumexp, log_softmax)."
    if operation is not None and not before:
        return "Look at the operation named here and at what enters it: this is before the first update."
    losses = ", ".join(f"{loss:.4g}" for loss in before[-4:])
    grew = f" The losses before it: {losses}." if losses else ""
    return f"Lower the learning rate, clip the gradients, and look at the operation named here.{grew}"
