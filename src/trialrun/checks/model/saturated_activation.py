"""Nearly all inputs of a sigmoid or tanh lie where its derivative is gone.

## Why is this bad?

For |x| > 6 (sigmoid) and |x| > 3 (tanh) the derivative is below 1 % of its largest value. When nearly all inputs of a
layer lie there, its outputs are the two extremes, hardly any gradient comes through, and what lies before it learns
hardly or not at all. Usual causes are inputs far from unit scale (pixels of 0..255, unscaled columns), weights that
start too large, and a learning rate that is too high.

## Fix

Standardise the inputs, initialise with `nn.init.xavier_uniform_`, lower the learning rate, or put a normalisation in
front of the activation.

## Limits

Saturation is often right: a trained classifier's output, gates, hard attention, and codes that are made binary on
purpose (a scaled sigmoid or tanh). So the activations of a model's output are passed over, and those whose input does
not come straight from a linear layer, a convolution or a normalisation. It is a warning only when at least nine of ten
inputs of a layer of 8 units or more are saturated in each of three rehearsed steps or more, and the share does not
fall. In the right programs that this project rehearses at most 5 % of the inputs of such a layer were saturated.

## References

Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010).
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import count, percent
from trialrun.evidence import Evidence
from trialrun.evidence.activations import ActivationRecord
from trialrun.findings.finding import Finding, Severity

PATHOLOGICAL_SHARE = 0.9
ENOUGH_UNITS = 8
ENOUGH_STEPS = 3
SHRINKING = 0.02  # a fall of the share by this much is a layer that recovers

_LIMITS = {"sigmoid": 6, "tanh": 3}


class SaturatedActivation(Check):
    code = "MOD209"
    slug = "saturated-activation"
    severity = Severity.WARNING
    needs = ("update",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        saturated = [record for record in evidence.activation if _saturated(record)]
        if not saturated:
            return
        first = saturated[0]
        layers = [f"{record.module or record.root} ({percent(min(record.shares))})" for record in saturated]
        others = f" So it is in {', '.join(layers[1:4])}." if len(saturated) > 1 else ""
        yield self.finding(
            f"At least {percent(min(first.shares))} of the inputs of this {first.function} "
            f"({first.root}{'.' + first.module if first.module else ''}, {count(first.units, 'unit')}) lay beyond "
            f"|x| = {_LIMITS[first.function]}, where its derivative is below 1 % of the largest, in each of "
            f"{count(first.steps, 'step')}.{others} Hardly any gradient comes through. If the outputs are meant to be "
            f"binary, this is legitimate.",
            "Standardise the inputs, start with smaller weights (nn.init.xavier_uniform_), or lower the learning rate.",
            where=first.where,
            measured={"layers": layers, "units": first.units, "share_by_step": list(first.shares)},
            expected="inputs of about unit scale",
            explained_by=("DAT102", "MOD211", "OPT503"),
        )


def _saturated(record: ActivationRecord) -> bool:
    return (
        record.function in _LIMITS
        and record.affine
        and not record.output
        and record.units >= ENOUGH_UNITS
        and len(record.shares) >= ENOUGH_STEPS
        and min(record.shares) >= PATHOLOGICAL_SHARE
        and record.shares[-1] >= record.shares[0] - SHRINKING
    )
