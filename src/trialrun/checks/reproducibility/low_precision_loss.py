"""Float16 or bfloat16 rounds away what is to be learnt: updates of the weights, or gradients that underflow to 0.

## Why is this bad?

Updates: bfloat16 keeps 8 binary digits and float16 keeps 11. Beside a weight of 0.1 the next bfloat16 is 0.0005 away,
and an update of 0.0002 is rounded back to where it came from, in every step anew. The loss stands still or stops early
at rates that are sound in float32, and a higher rate moves the small weights alone.

Gradients: the least float16 above 0 is 6e-8. A loss that is a mean over many values, or enters with a small weight,
sends back gradients below that: they become exactly 0, in autocast too, and as the errors get smaller more of them do.

## Fix

Updates: keep the weights in float32 and let the forward run in bfloat16: `with torch.autocast(device,
torch.bfloat16):` instead of `model.bfloat16()`. Where memory forbids it, step on float32 copies, or use an optimiser
with stochastic rounding or compensated (Kahan) summation.

Gradients: scale the loss. `scaler = torch.amp.GradScaler(device)`, then `scaler.scale(loss).backward()`,
`scaler.step(optimizer)`, `scaler.update()`. Or use bfloat16, which has the range of float32.

## Limits

Told after replays of one batch from the same weights at the same learning rate; a batch that is learnt as it is is no
finding.

Updates (a warning): as it is, and with float32 copies of weights and gradients that the steps are made on, the weights
being these copies, rounded. Of the weights that had a gradient at most 10 % may have moved as it is, at least 50 % with
the copies, and the copies must come twice as far towards the least loss. An optimiser that keeps float32 copies, rounds
stochastically or carries the rest over moves its weights as it is, and nothing is said.

Gradients: as it is, and with each backward scaled and the gradients divided by the same. An element counts as lost if
it is 0 as it is and not 0 scaled: what is 0 anyway (dead units, padding, rows of an embedding that no sample touches)
does not count. An error takes 30 % of the elements lost in the first gradient, and a batch that goes 70 % of its way
when scaled and, as it is, hardly moves, moves late, or leaves 20 % of the way and three times what is left when scaled.
A warning takes 50 % of the elements and half of the gradient's norm.
Where a `GradScaler` scales the loss nothing is asked; a loss that is multiplied by hand loses nothing. Weights in
float16 are stepped on as float32 copies in both, so that scaling is all that differs. Gradients that underflow only
later in training, or only in the first steps of a loss that is ramped up (the later updates have ten times the loss of
the repeated batch and more), those clipped in float16, weights in float16 that no optimiser holds, backwards through
`torch.autograd.grad`, hooks on gradients and compiled models are not judged.

## References

P. Micikevicius et al., "Mixed Precision Training", 2018 (float32 copies of weights, loss scaling); P. Zamirai et al.,
"Revisiting BFloat16 Training", 2020 (stochastic rounding, Kahan summation). The thresholds are this project's own; they
stand in `evidence/low_precision.py` and `evidence/underflow.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import count, number, percent
from trialrun.checks.wording_of_experiments import ended, went
from trialrun.evidence import Evidence
from trialrun.evidence.low_precision import NAME, movement
from trialrun.evidence.model import OptimiserRecord
from trialrun.evidence.replays import not_run, way_gone
from trialrun.evidence.underflow import (
    LEAST_FLOAT16,
    LOST,
    MISSING,
    MOST_LOST,
    USUAL_FACTOR,
    Underflow,
    learnt_by_scaling,
    outgrown,
    underflow,
)
from trialrun.evidence.underflow import NAME as SCALING
from trialrun.findings.finding import Finding, Severity, Verified

TIMES_FURTHER = 2.0  # on the way to the least loss, with float32 copies
_EXPLAINS = ("OPT504", "OPT505", "TRN601", "TRN603")


class LowPrecisionLoss(Check):
    code = "NUM802"
    slug = "low-precision-loss"
    severity = Severity.ERROR
    needs = ("experiment",)

    def unjudged(self, evidence: Evidence) -> str:
        if any(one.outcome == "ran" for one in evidence.experiment if one.experiment in (SCALING, NAME)):
            return ""
        return not_run(evidence, SCALING) or not_run(evidence, NAME)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        told = list(self._underflow(evidence))
        yield from told or self._rounding(evidence)

    def _underflow(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.experiment_named(SCALING)
        found = underflow(record)
        if record is None or record.control is None or found is None or not record.variants:
            return
        control, arm = record.control, record.variants[0]
        if outgrown(control, evidence.update):
            return  # what underflows in the first steps of a loss that is ramped up is meant to be next to nothing
        proven = found.lost >= LOST and learnt_by_scaling(arm, control, record.floor)
        if not proven and (found.lost < MOST_LOST or found.missing < MISSING):
            return
        gone = percent(min(1.0, found.missing))
        beside = " (both on float32 copies of the weights)" if found.half_weights else ""
        yield self.finding(
            f"Gradients flow back through float16 and the loss is not scaled: of {found.elements:,} elements of the "
            f"first gradient {percent(found.lost)} underflow to exactly 0, and {gone} of its norm "
            f"is gone. With the loss scaled by {number(found.factor)} and the gradients divided by it again none of "
            f"these is 0, all else the same{beside}: {went(arm)} (not scaled: {ended(control)})."
            + ("" if proven else " If what is lost does not matter to you, this is legitimate."),
            _scaler(found),
            where=record.where,
            severity=None if proven else Severity.WARNING,
            measured={
                "elements": found.elements,
                "lost_share": found.lost,
                "missing_norm_share": found.missing,
                "loss_factor": found.factor,
                "last_loss": control.losses[-1],
                "last_loss_scaled": arm.losses[-1],
            },
            expected=f"gradients above {number(LEAST_FLOAT16)}, the least float16 can hold",
            verified=Verified(
                arm.change, f"{went(arm)}, 0 % of them lost (now: {ended(control)}, {percent(found.lost)})"
            )
            if proven
            else None,
            explains=(*_EXPLAINS, "GRD404"),
            stage="probe",
        )

    def _rounding(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.experiment_named(NAME)
        found = movement(record)
        if record is None or record.control is None or found is None or not found.stuck:
            return
        control, arm = record.control, record.variants[0]
        far = way_gone(arm, control, record.floor)
        if far <= 0 or far < TIMES_FURTHER * way_gone(control, arm, record.floor):
            return
        optimiser = _holder(evidence)
        dtypes = record.words["dtypes"]
        rate = record.facts["learning_rate"]
        yield self.finding(
            f"The optimiser holds weights in {dtypes}. At a learning rate of {number(rate)} rounding leaves "
            f"nothing of {percent(found.swallowed)} of the first step's updates, and after "
            f"{count(len(control.losses) - 1, 'step')} on one batch {percent(found.as_it_is)} of "
            f"{found.elements:,} weights have moved: {went(control)}. Stepped on in float32, all else the same, "
            f"{percent(found.held)} move: {went(arm)}. If something beside the steps adds up what is rounded away, "
            "this is legitimate.",
            "Keep the weights in float32 and run the forward under torch.autocast; or step on float32 copies, or with "
            "an optimiser that rounds stochastically.",
            where=optimiser.where if optimiser else record.where,
            severity=Severity.WARNING,
            measured={
                "dtypes": dtypes,
                "learning_rate": rate,
                "elements": found.elements,
                "moved": found.as_it_is,
                "moved_in_float32": found.held,
                "swallowed_in_first_step": found.swallowed,
                "last_loss": control.losses[-1],
                "last_loss_in_float32": arm.losses[-1],
            },
            expected="updates larger than half the spacing of the weights' dtype",
            verified=Verified(
                arm.change,
                f"{percent(found.held)} of the weights move, {went(arm)} (now: {percent(found.as_it_is)}, "
                f"{ended(control)})",
            ),
            explains=_EXPLAINS,
            explained_by=("DAT102", "GRD401", "GRD402", "GRD403", "GRD407"),
            stage="probe",
        )


def _scaler(found: Underflow) -> str:
    """What to change."""
    begin = f"init_scale={found.factor:.0f}" if found.factor > USUAL_FACTOR else ""
    scale = (
        f"cale the loss with a torch.amp.GradScaler({begin}): scaler.scale(loss).backward(), "
        "scaler.unscale_(optimizer) where gradients are clipped, scaler.step(optimizer), scaler.update(). Or use "
        "bfloat16, which has the range of float32."
    )
    if not found.half_weights:
        return "S" + scale
    return "Keep the weights in float32, run the forward under torch.autocast, and s" + scale


def _holder(evidence: Evidence) -> OptimiserRecord | None:
    """Of the optimisers that step the one that holds most weights of few digits."""
    stepped = [record for record in evidence.optimiser if record.steps]
    low = [record for record in evidence.parameter if record.dtype in ("bfloat16", "float16")]
    sizes = {o.id: sum(record.numel for record in low if o.id in record.optimisers) for o in stepped}
    return max(stepped, key=lambda record: sizes[record.id], default=None)
