"""Whatever enters the model, the same comes out: its weights shut the input out, or all samples of a batch are equal.

## Why is this bad?

A network that gives one output for all samples can learn no more than the mean of the targets. Two things do this to a
model whose code is right: weights that shut all units off (a bias or an initialisation far off, a first update that
threw them), so that no gradient comes back either; and a batch that holds one and the same sample again and again, as
where a data set uses a fixed index.

## Fix

Weights: start biases at 0 and use the activation's own initialisation, lower the learning rate, standardise the inputs.
Equal samples: look at `__getitem__` and at the line that makes the batch.

## Limits

Judged on one recorded batch with targets that differ. Weights: samples in another order and zeros in place of the
inputs both leave loss and gradient norm as they are, but not so with the weights drawn anew. It is an error only if the
batch is not learnt as it is while from those other weights it is. Dead or saturated units of a layer are told with it.
Equal samples: a warning, only if the sample is not itself a constant (a model without inputs may be fed ones), the
batch was not learnt, and with noise that tells the samples apart it is. A distribution that is learnt at one point, or
many episodes from one state, are legitimate.

## References

Lu et al., "Dying ReLU and Initialization: Theory and Numerical Examples", 2019. The thresholds are this project's own;
they stand in `evidence/dependence.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import count, number
from trialrun.checks.wording_of_experiments import ended, went
from trialrun.evidence import Evidence
from trialrun.evidence.dependence import (
    APART,
    LEARNING_ANEW,
    PERMUTED,
    arm_of,
    by_weights,
    ignores_input,
)
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.learning import share_learnt
from trialrun.evidence.sweep import LEARNS
from trialrun.findings.finding import Finding, Severity, Verified

STUCK = 0.25  # of the way to the floor: less was learnt as it is
_CAUSES = ("DAT101", "GRD401", "GRD406", "GRD407", "LOS306", "LOS308", "MOD206", "MOD210", "OPT503")


class ConstantOutput(Check):
    code = "MOD207"
    slug = "constant-output"
    severity = Severity.ERROR
    needs = ("experiment",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = ignores_input(evidence)
        if record is not None:
            yield from self._shut(evidence, record)
            return
        alike = evidence.experiment_named(PERMUTED)
        if alike is not None and alike.facts.get("samples_alike"):
            yield from self._alike(evidence, alike)

    def _shut(self, evidence: Evidence, record: ExperimentRecord) -> Iterable[Finding]:
        arms = by_weights(record)
        if arms is None or record.control is None:
            return
        anew, zeros = arms
        learning = arm_of(record, LEARNING_ANEW)
        stuck = _as_it_is(evidence, learning)
        learns = stuck is not None and learning is not None and share_learnt(learning.losses, record.floor) >= LEARNS
        loaded = any(parameter.loaded for parameter in evidence.parameter)
        yield self.finding(
            f"The model's output does not depend on its input: loss {number(record.control.losses[0])} and gradient "
            f"norm {number(record.control.gradient_norm)} stay the same with zeros in place of the inputs and with the "
            "samples in another order than their targets. It is the weights that shut the input out: with all of them "
            f"drawn anew, zeros change the loss from {number(anew.losses[0])} to {number(zeros.losses[0])}."
            + ("" if learns else " If the network is meant to be shut at first (a gate, a sparse unit), it is right."),
            "Start biases at 0, use the activation's own initialisation; lower the learning rate, or standardise the "
            "inputs, if it was open before the first update.",
            where=record.where,
            severity=Severity.ERROR if learns and not loaded else Severity.WARNING,
            measured={
                "loss": record.control.losses[0],
                "gradient_norm": record.control.gradient_norm,
                "anew_loss": anew.losses[0],
                "anew_loss_with_zeros": zeros.losses[0],
            },
            expected="a loss that changes with the inputs",
            verified=Verified(
                "weights drawn anew",
                f"the same batch goes {went(learning)} (now: {ended(stuck)})"
                if learns and learning is not None and stuck is not None
                else f"zeros change the loss from {number(anew.losses[0])} to {number(zeros.losses[0])} (now: not)",
            ),
            explains=("TRN601", "MOD208", "MOD209", "MOD211"),
            explained_by=_CAUSES,
            stage="probe",
        )

    def _alike(self, evidence: Evidence, record: ExperimentRecord) -> Iterable[Finding]:
        apart = arm_of(record, APART)
        stuck = _as_it_is(evidence, apart)
        if apart is None or stuck is None or share_learnt(apart.losses, record.floor) < LEARNS:
            return
        samples = count(int(record.facts["samples"]), "sample")
        yield self.finding(
            f"All {samples} that enter the model are equal, though their targets differ: one output for all, and one "
            f"batch is not learnt ({went(stuck)}). With noise that tells them apart it is. If a distribution at this "
            "one input is to be learnt, this is legitimate.",
            "See how the batch is made: an index that is not used (`data[0]`), a tensor that is filled once.",
            where=record.where,
            severity=Severity.WARNING,
            measured={"samples": record.facts["samples"], "last_loss": stuck.losses[-1]},
            expected="samples that differ",
            verified=Verified("noise on each sample", f"the same batch goes {went(apart)} (now: {ended(stuck)})"),
            explains=("TRN601",),
            explained_by=("DAT101",),
            stage="probe",
        )


def _as_it_is(evidence: Evidence, other: Arm | None) -> Arm | None:
    """The repeats of the batch as it is, as many as ``other`` has, if they were not learnt by then."""
    if other is None or not evidence.overfit:
        return None
    record = evidence.overfit[-1]
    arm = Arm("as it is", record.losses[: len(other.losses)])
    return arm if len(arm.losses) > 1 and share_learnt(record.losses, record.floor) < STUCK else None
