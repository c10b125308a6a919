"""The model gets inputs far from unit scale; with standardised inputs, all else the same, the batch is learnt.

## Why is this bad?

The first layer's outputs and gradients grow with its inputs. Pixels of 0..255, prices or years saturate activations,
throw the first updates far off, and let the column with the largest numbers drown the others; inputs of a thousandth
hardly move the weights. A learning rate that suits the first layer then suits no other.

## Fix

Standardise each feature or channel with the mean and standard deviation of the *training* set
(`sklearn.preprocessing.StandardScaler`, `torchvision.transforms.Normalize`), divide pixels by 255 once, or begin the
model with a normalisation such as `nn.BatchNorm1d`. Use the same numbers for validation.

## Limits

Asked only of float inputs with an RMS above 10 or no element above 0.05, of models that are called as modules, begin
with a trainable layer other than a normalisation and have no embedding. A finding needs proof: one batch is repeated
from the weights before the first update, at the same learning rate, dropout and weight decay off. With each feature or
channel standardised over that batch it must go 70 % of the way to its least loss while the program itself has not gone
a third of it, or be at half of the way four times sooner where the program needs 40 repeats or more. A program that
learns its raw inputs well, or scales them inside its model, hears nothing. Neither does one that learns neither way.

## References

Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, "Efficient BackProp", 1998, section 4.3: shift and scale the inputs. The
thresholds are this project's own; they stand in `evidence/input_scale.py` and `evidence/replays.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import number
from trialrun.checks.wording_of_experiments import ended, went
from trialrun.evidence import Evidence
from trialrun.evidence.input_scale import NAME, far_input
from trialrun.evidence.replays import clearly_better, not_run
from trialrun.findings.finding import Finding, Severity, Verified


class UnnormalisedInput(Check):
    code = "DAT102"
    slug = "unnormalised-input"
    severity = Severity.WARNING
    needs = ("experiment",)

    def unjudged(self, evidence: Evidence) -> str:
        return not_run(evidence, NAME)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record, found = evidence.experiment_named(NAME), far_input(evidence)
        if record is None or found is None or record.control is None:
            return
        better = [arm for arm in record.variants if clearly_better(arm, record.control, record.floor)]
        if not better:
            return
        batch, card = found
        yield self.finding(
            f"The model's input {card.key} runs from {number(card.minimum)} to {number(card.maximum)} (mean "
            f"{number(card.mean)}, standard deviation {number(card.std)}), and one batch is learnt badly: "
            f"{went(record.control)}. With each feature or channel of it standardised, all else the same: "
            f"{went(better[0])}. If the full run is long enough to learn it as it is, this is legitimate.",
            "Standardise the inputs with mean and standard deviation of the training set, before the model or in it.",
            where=batch.where,
            measured={
                "minimum": card.minimum,
                "maximum": card.maximum,
                "mean": card.mean,
                "std": card.std,
                "first_loss": record.control.losses[0],
                "last_loss": record.control.losses[-1],
                "last_loss_standardised": better[0].losses[-1],
            },
            expected="inputs of mean 0 and standard deviation 1",
            verified=Verified(
                "standardised inputs", f"the same batch goes {went(better[0])} (now: {ended(record.control)})"
            ),
            explains=("OPT503", "OPT504", "TRN601"),
            explained_by=("DAT101", "GRD401", "GRD402", "LOS303"),
            stage="probe",
        )
