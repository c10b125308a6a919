"""The gradient grows geometrically on its way back through layers or steps; clipped, it lets the batch be learnt.

## Why is this bad?

What each layer or time step multiplies the gradient by is raised to the power of their number. The first layers and
steps then outweigh all others, a single update throws the weights far off, and the loss jumps about, stands still or
ends as NaN. A lower learning rate only makes all other updates smaller, too.

## Fix

Clip the norm right before each step: `nn.utils.clip_grad_norm_(model.parameters(), 1.0)` between `backward()` (and
`scaler.unscale_`) and `step()`. Better still, take away the growth: smaller or orthogonal recurrent weights, an LSTM or
GRU, shorter chunks (truncated backpropagation); in deep stacks normalisation, or branches scaled down or begun at zero.

## Limits

The first gradient that an optimiser consumes must have a norm of 5 or more and three times the loss, and must grow
30-fold or more on its way back, in most of at least five layers or steps and not in one of them. They are the uses of
one weight again and again, the first uses of all weights, or the time steps of PyTorch's recurrent layers in one
direction, unpacked. And it needs proof: the same batch from the same start at the same learning rate, but with the
norm clipped to 1 before each step, must go 70 % of the way to its least loss while the program itself has not gone a
third of it, or be at half of the way four times sooner where the program needs 40 repeats or more. A gradient that
grows only later in training, hand-written updates, L-BFGS and compiled models are not judged. Where a lower learning
rate would do as well it is this that is told, and no rate is searched for: the growth stays.

## References

R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks", 2013. The thresholds
are this project's own; they stand in `evidence/growth.py` and `evidence/replays.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import number
from trialrun.checks.wording_of_experiments import ended, went
from trialrun.evidence import Evidence
from trialrun.evidence.growth import NAME, growth
from trialrun.evidence.replays import clearly_better, not_run
from trialrun.findings.finding import Finding, Severity, Verified


class ExplodingGradient(Check):
    code = "GRD405"
    slug = "exploding-gradient"
    severity = Severity.WARNING
    needs = ("experiment",)

    def unjudged(self, evidence: Evidence) -> str:
        return not_run(evidence, NAME)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.experiment_named(NAME)
        if record is None or record.control is None or not record.variants:
            return
        found, arm = growth(record), record.variants[0]
        if not found.geometric or not clearly_better(arm, record.control, record.floor):
            return
        stepped = [optimiser for optimiser in evidence.optimiser if optimiser.steps]
        norm = record.facts["first_gradient_norm"]
        yield self.finding(
            f"The first gradient has a norm of {number(norm)} at a loss of {number(record.control.losses[0])}: on its "
            f"way back it grows {number(found.times)}-fold, from {number(found.norms[-1])} to "
            f"{number(found.norms[0])} over {found.stages} {record.words['stages']}, {number(found.factor)}-fold each. "
            f"One batch is learnt badly: {went(record.control)}. With the norm clipped to 1 before each step, all else "
            f"the same: {went(arm)}. If the full run is long enough to calm down by itself, this is legitimate.",
            "Call nn.utils.clip_grad_norm_(model.parameters(), 1.0) right before the step; smaller recurrent weights, "
            "gates (LSTM, GRU), normalisation or scaled residual branches take away the growth itself.",
            where=stepped[0].step_where if stepped else record.where,
            measured={
                "first_gradient_norm": norm,
                "growth": found.times,
                "growth_each": found.factor,
                "stages": found.stages,
                "gradient_norms": list(found.norms),
                "first_loss": record.control.losses[0],
                "last_loss": record.control.losses[-1],
                "last_loss_clipped": arm.losses[-1],
            },
            expected="a gradient of about the same size in each layer or step, or clipped",
            verified=Verified(arm.change, f"the same batch goes {went(arm)} (now: {ended(record.control)})"),
            explains=("LOS306", "OPT503", "TRN601"),
            explained_by=("DAT101", "DAT102", "GRD401", "GRD402", "GRD407", "LOS301", "LOS302", "LOS303", "MOD211"),
            stage="probe",
        )
