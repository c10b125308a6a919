"""The first training loss is far from what a model that knows nothing yet should have.

## Why is this bad?

Before its first update a classifier with C classes should be unsure: a cross-entropy near ln C. Far above it, the
model is sure of wrong answers: its last layer starts too large, its inputs are not normalised (0..255), or logits are
scaled twice. Far below it, it already knows the answers: the target leaks into the input, or most targets are one
class.

## Fix

Above: scale the inputs to about mean 0 and standard deviation 1, use the framework's default initialisation, look for
a factor in front of the loss. Below: look for the target among the inputs and for constant targets.

## Limits

Judged only from scratch: skipped when weights were loaded. Only cross-entropy and NLL with plain mean reduction, hard
or soft targets, without weights and label smoothing, and only when the logits come from a linear or convolution layer
with as many outputs as classes: contrastive losses, prototypes and margin heads (ArcFace) start elsewhere. A last
bias set to the classes' frequencies starts lower on purpose; that stays above a quarter of ln C unless one class has
nearly everything. Of two classes twice ln 2 is too near: a single layer on a few inputs, drawn as PyTorch draws it, can
begin there by chance; the loss has to be a nat above ln C, too.

## References

A model that guesses evenly has a cross-entropy of ln C. The distance allowed from it, between a quarter and twice
(and a nat), is this check's own choice: with standardised inputs and PyTorch's default initialisation all programs
under `cases/` stay inside.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import finite, number
from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.tensors import LossCall
from trialrun.findings.finding import Finding, Severity

_HIGH, _LOW = 2.0, 0.25  # times ln C
_HIGH_NATS = 1.0  # above ln C: what counts of two classes
_NORMALISED = 0.01  # from 1, by which the probabilities of an nll_loss may be off: scaled ones are another loss
_PLAIN_HEADS = ("Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d")


class InitialLossOff(Check):
    code = "LOS305"
    slug = "initial-loss-off"
    severity = Severity.WARNING
    needs = ("loss", "layer")

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        if any(parameter.loaded for parameter in evidence.parameter):
            return
        seen: set[Where | None] = set()
        for call in evidence.loss:
            if call.where in seen or not _judgeable(call) or not _from_plain_head(call, evidence):
                continue
            seen.add(call.where)
            value, uniform = call.value, call.uniform_loss
            if value is None or not uniform or not finite(value):
                continue
            if value > max(_HIGH * uniform, uniform + _HIGH_NATS):
                cause = "the model is sure of wrong answers before it has learnt anything"
                fix = (
                    "Scale the inputs to about mean 0 and standard deviation 1, keep the default "
                    "initialisation of the last layer, and look for a factor on the logits."
                )
            elif 0 <= value < _LOW * uniform:
                cause = "the model knows the answers before it has learnt anything"
                fix = (
                    "Look for the target among the inputs and for targets that are nearly constant. A last "
                    "bias set to the classes' frequencies makes this legitimate."
                )
            else:
                continue
            yield self.finding(
                f"The first training loss is {number(value)} where guessing evenly gives {number(uniform)} "
                f"({_classes(call)}; {number(value / uniform)} times): {cause}.",
                fix,
                where=call.where,
                measured={"loss": value, "uniform_loss": uniform, "ratio": value / uniform},
                expected=f"about {number(uniform)} before the first update",
                explained_by=("DAT102", "LOS304", "MOD205", "MOD211"),
            )


def _classes(call: LossCall) -> str:
    return f"ln {call.input_shape[1 if len(call.input_shape) > 1 else 0]}" if call.input_shape else "ln C"


def _judgeable(call: LossCall) -> bool:
    return (
        call.training
        and call.step == 0
        and call.function in ("cross_entropy", "nll_loss")
        and call.reduction == "mean"
        and not call.weighted
        and call.input_from != "softmax"
        and (call.exp_sums is None or all(abs(total - 1) < _NORMALISED for total in call.exp_sums))
    )


def _from_plain_head(call: LossCall, evidence: Evidence) -> bool:
    """Whether a model ends in a plain layer with as many outputs as the loss has classes.

    Logits with a class for every sample (N, N) are similarities within the batch: a contrastive loss.
    """
    if not call.input_shape:
        return False
    classes = call.input_shape[1 if len(call.input_shape) > 1 else 0]
    last = {row.root: row for row in evidence.layer if row.leaf and row.parameters}
    heads = [row for row in last.values() if row.cls in _PLAIN_HEADS]
    contrastive = len(call.input_shape) == 2 and call.input_shape[0] == classes
    return not contrastive and any(classes in (out[-1:] + out[1:2]) for row in heads for out in row.output_shapes)
