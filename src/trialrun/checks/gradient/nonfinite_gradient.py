"""A finite loss has gradients with NaN or infinity, and the optimiser used them.

## Why is this bad?

The loss looks well, so nothing warns: but one step with such a gradient makes weights NaN, and from then on everything
is. Mostly the value of some operation is finite where its derivative is not: `sqrt` at 0 (a distance of a point to
itself), `acos` at 1, or a branch of `torch.where` that is masked in the value and not in the gradient, where 0 times
infinity is NaN.

## Fix

Keep the input away from that point: `sqrt(x + 1e-8)`, `clamp(-1 + 1e-6, 1 - 1e-6)`. With `torch.where`, make the input
of the masked branch safe as well: `torch.where(mask, log(torch.where(mask, x, 1)), 0)`.

## Limits

An error only if an update was made with such gradients and weights stayed NaN or infinite after it. Steps that a
`GradScaler` or the script skips, gradients that are mended before the step (`nan_to_num`) and updates that are rolled
back are none. If the losses of two later updates or more are finite and not 0, the rest of the model learns on, as in
a sweep that gives up the rates that blow up: a warning. Where the loss itself is not finite, LOS306 tells of it. The
operation is named only where it was seen at such a point in the same window; it may be another one.

## References

PyTorch documentation, "Autograd mechanics", section "Gradients for non-differentiable functions"; PyTorch forum and
issue 4132 on the gradient of `torch.where`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.ruin import contained, first_ruining_update
from trialrun.checks.wording import at, count, finite, number, percent
from trialrun.evidence import Evidence
from trialrun.evidence.gradients import BrokenGradient
from trialrun.evidence.model import UpdateRecord
from trialrun.evidence.tensors import NonFinite
from trialrun.findings.finding import Finding, Severity


class NonfiniteGradient(Check):
    code = "GRD406"
    slug = "nonfinite-gradient"
    severity = Severity.ERROR
    needs = ("update",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        update = first_ruining_update(evidence)
        if update is None or update.loss is None or not finite(update.loss):
            return
        if any(card.nonfinite_count for batch in evidence.batch if batch.step == update.step for card in batch.tensors):
            return  # DAT101 tells the cause: the batch itself
        alike = (r for r in evidence.broken_gradient if (r.step, r.optimiser) == (update.step, update.optimiser))
        broken = next(alike, None)
        if broken is not None:
            yield self._used(broken, update, _masked(evidence, update.step), contained(evidence, update))

    def _used(self, broken: BrokenGradient, update: UpdateRecord, masked: NonFinite | None, apart: bool) -> Finding:
        name = f"{broken.root}.{broken.parameter}" if broken.root else broken.parameter
        text = (
            f"The loss of step {update.step} is finite ({number(update.loss)}), but {broken.parameters} of "
            f"{count(broken.held, 'gradient')} hold NaN or infinity: the first is that of {name}, {broken.kind} in "
            f"{percent(broken.share)} of its elements. The update left "
            f"{count(update.nonfinite_parameters, 'parameter')} non-finite."
        )
        where = broken.where or update.where
        if masked is not None:
            where = masked.where or where
            text += (
                f" `{masked.operation}`{at(masked.where)} made {masked.kind}, which was masked in the loss and not in "
                "the gradient."
            )
            fix = "Make the input safe before the operation, not its output after it: torch.where on both sides."
        elif broken.operation:
            where = broken.operation_where or where
            text += (
                f" `{broken.operation}`{at(broken.operation_where)} had {count(broken.elements, 'element')} at "
                f"{broken.point}, where its value is finite and its derivative is not."
            )
            fix = _advice(broken.operation)
        else:
            fix = (
                "Run once under torch.autograd.set_detect_anomaly(True) to see the operation, and keep its input away "
                "from the point where its derivative is infinite; clipping does not mend NaN."
            )
        if apart:
            text += (
                " The losses after it stayed finite. If these weights are given up on purpose (a member of an "
                "ensemble, a rate of a sweep), this is legitimate."
            )
        return self.finding(
            text,
            fix,
            where=where,
            severity=Severity.WARNING if apart else Severity.ERROR,
            measured={
                "step": update.step,
                "loss": update.loss,
                "parameter": name,
                "gradients": broken.parameters,
                "operation": masked.operation if masked else broken.operation or None,
                "nonfinite_parameters": update.nonfinite_parameters,
            },
            expected="finite gradients in every step that is made",
        )


def _masked(evidence: Evidence, step: int) -> NonFinite | None:
    found = (record for record in evidence.nonfinite if record.step == step and record.operation != "backward")
    return next(found, None)


def _advice(operation: str) -> str:
    if operation in ("sqrt", "pow"):
        return "Add a small constant under the root: sqrt(x + 1e-8)."
    if operation == "atan2":
        return "Keep its two arguments away from the origin."
    return "Bound the argument: clamp(-1 + 1e-6, 1 - 1e-6)."
