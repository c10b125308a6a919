"""The gradient dies out on its way to the first layers; with another activation or start the batch is learnt.

## Why is this bad?

The layers next to the input get a gradient thousands of times smaller than the last ones and stay as they were drawn,
so the network trains its last layers on random features, or nothing at all.

## Fix

Use ReLU, GELU or the like in hidden layers instead of sigmoid and tanh, with weights drawn for them
(`nn.init.kaiming_normal_`); add residual connections or normalisation to deep stacks.

## Limits

The RMS of the gradient at the layers' outputs must fall by a factor of 100 or more from the last hidden layer back to
the first, in most steps and not in one of them, before the first update. And it needs proof: the same batch at the same
learning rate must be learnt clearly better with weights drawn for their activations (then MOD211 is the cause and this
is told with it), or with ReLU in place of sigmoid and tanh in hidden layers. Clearly: 70 % of the way to the least loss
where the program itself has not gone a third of it, or half of the way four times sooner where it needs 40 repeats or
more. Nothing is said of loaded weights, compiled models, and the time steps inside PyTorch's recurrent layers.

## References

X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010. The
thresholds are this project's own; they stand in `evidence/signal.py` and `evidence/replays.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import count, number
from trialrun.checks.wording_of_experiments import ended, went
from trialrun.evidence import Evidence
from trialrun.evidence.replays import clearly_better, not_run
from trialrun.evidence.signal import EXCHANGED, NAME, signal
from trialrun.findings.finding import Finding, Severity, Verified


class VanishingGradient(Check):
    code = "GRD404"
    slug = "vanishing-gradient"
    severity = Severity.WARNING
    needs = ("experiment",)

    def unjudged(self, evidence: Evidence) -> str:
        return not_run(evidence, NAME)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.experiment_named(NAME)
        found = signal(record)
        if record is None or record.control is None or found is None or not found.vanishes:
            return
        arm = next((arm for arm in record.variants if clearly_better(arm, record.control, record.floor)), None)
        if arm is None:
            return
        activation = "Use ReLU or GELU instead of sigmoid and tanh in hidden layers" if arm.change == EXCHANGED else ""
        built = next((optimiser.where for optimiser in evidence.optimiser if optimiser.steps), None)
        yield self.finding(
            f"Before the first update the gradient's RMS falls from {number(found.gradients[-2])} at the last of "
            f"{count(len(found.gradients) - 1, 'hidden layer')} to {number(found.gradients[0])} at the first, and one "
            f"batch is learnt badly: {went(record.control)}. With {arm.change}, all else the same: {went(arm)}. If the "
            "first layers are meant to stay as they are drawn, this is legitimate.",
            f"{activation or 'Draw the weights for the activation that follows them'}, with nn.init.kaiming_normal_ "
            "for ReLU; add residual connections or normalisation if it stays deep.",
            where=built or record.where,
            measured={
                "gradient_rms": list(found.gradients),
                "backward": found.backward,
                "first_loss": record.control.losses[0],
                "last_loss": record.control.losses[-1],
                "last_loss_changed": arm.losses[-1],
            },
            expected="gradients of about the same size in each layer",
            verified=Verified(arm.change, f"the same batch goes {went(arm)} (now: {ended(record.control)})"),
            explains=("OPT504", "TRN601"),
            explained_by=("DAT102", "GRD403", "MOD205", "MOD210", "MOD211", "LOS302", "LOS303"),
            stage="probe",
        )
