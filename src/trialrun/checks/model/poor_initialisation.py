"""The signal grows or dies out from layer to layer at the start; from other first weights the batch is learnt.

## Why is this bad?

What each layer multiplies its input by is raised to the power of the depth. With weights drawn too small all samples
give the same output and no gradient comes back; with weights drawn too large activations saturate or the loss begins
in the thousands. The first epochs are lost, often all of them.

## Fix

Draw the weights for the activation that follows them: `nn.init.kaiming_normal_(w, nonlinearity="relu")` for ReLU and
its kin, `nn.init.xavier_uniform_(w, gain=nn.init.calculate_gain("tanh"))` for tanh, `nn.init.xavier_uniform_(w)` for
sigmoid and for a last layer, biases at 0. PyTorch's default for `nn.Linear` and convolutions is smaller than that and
too small for a deep plain stack; residual connections or normalisation do away with the problem.

## Limits

Three layers with weights or more, each counted at its first use, the gradient at the outputs measured before the
first update. The RMS must change by a factor of 100 or more with depth, in most steps and not in one of them, or by 4
and more a layer. The last layer may start small or at zero. And it needs proof: the same batch from the same start,
but with weights drawn as above, at the same learning rate, must go 70 % of the way to its least loss while the program
itself has not gone a third of it, or be at half of the way four times sooner where the program needs 40 repeats or
more. Nothing is said of loaded weights, of compiled models, of recurrent and attention layers of PyTorch (their inner
weights are left as they are), nor of a model that learns its batch as it is.

## References

X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010; K. He et
al., "Delving Deep into Rectifiers", 2015. The thresholds are this project's own; they stand in `evidence/signal.py` and
`evidence/replays.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import count, number
from trialrun.checks.wording_of_experiments import ended, went
from trialrun.evidence import Evidence
from trialrun.evidence.replays import clearly_better, not_run
from trialrun.evidence.signal import INITIALISED, NAME, signal
from trialrun.findings.finding import Finding, Severity, Verified


class PoorInitialisation(Check):
    code = "MOD211"
    slug = "poor-initialisation"
    severity = Severity.WARNING
    needs = ("experiment",)

    def unjudged(self, evidence: Evidence) -> str:
        return not_run(evidence, NAME)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.experiment_named(NAME)
        found = signal(record)
        if record is None or record.control is None or found is None or not (found.grows or found.shrinks):
            return
        arm = next((arm for arm in record.variants if arm.change == INITIALISED), None)
        if arm is None or not clearly_better(arm, record.control, record.floor):
            return
        activations = f", before {record.words['activations']}" if record.words.get("activations") else ""
        built = next((optimiser.where for optimiser in evidence.optimiser if optimiser.steps), None)
        yield self.finding(
            f"Before the first update each of {count(len(found.outputs), 'layer')} multiplies the RMS by "
            f"{number(found.gain)} on average (about 1 is sound{activations}): it goes from {number(found.inputs[0])} "
            f"at the input to {number(found.outputs[-2])} in the last hidden layer, the gradient's changes "
            f"{number(found.backward)}-fold on its way back. One batch is learnt badly: {went(record.control)}. From "
            f"weights drawn for these activations, all else the same: {went(arm)}. If the full run is long enough to "
            "learn it as it is, this is legitimate.",
            "Initialise with nn.init.kaiming_normal_ before ReLU and its kin, nn.init.xavier_uniform_ before tanh, "
            "sigmoid and the output, biases at 0; or use residual connections or normalisation.",
            where=built or record.where,
            measured={
                "gain_per_layer": found.gain,
                "forward": found.forward,
                "backward": found.backward,
                "output_rms": list(found.outputs),
                "gradient_rms": list(found.gradients),
                "first_loss": record.control.losses[0],
                "last_loss": record.control.losses[-1],
                "last_loss_initialised": arm.losses[-1],
            },
            expected="an RMS of about the same size in each layer",
            verified=Verified(INITIALISED, f"the same batch goes {went(arm)} (now: {ended(record.control)})"),
            explains=("GRD404", "MOD208", "MOD209", "OPT503", "OPT504", "TRN601"),
            explained_by=("DAT101", "DAT102", "GRD401", "GRD402", "LOS301", "LOS302", "LOS303", "MOD207", "MOD210"),
            stage="probe",
        )
