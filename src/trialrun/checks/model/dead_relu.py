"""Nearly all units of a ReLU layer are off for every sample, so the layer passes neither signal nor gradient.

## Why is this bad?

Where its input is negative, ReLU gives 0 and its derivative is 0. A unit that is off for all samples is never changed
again: it is dead. When that holds for nearly a whole layer, what lies before it gets no gradient, and what lies behind
it sees a constant. Usual causes are a learning rate that threw the weights out in the first steps, a large negative
bias, and inputs far from unit scale.

## Fix

Lower the learning rate, or warm it up; start biases at 0; standardise the inputs. LeakyReLU, GELU or a normalisation
in front of the ReLU keep a gradient.

## Limits

Dead units are usual: on the right programs that this project rehearses, layers had up to 56 % of their units
off over all rehearsed samples, most of all with sparse or positive inputs. So it is a warning only when at least nine
of ten units, of 8 or more, gave 0 for all samples of the later half of the rehearsed steps (evaluation included, 64
values a unit or more), in three steps or more, and the share has not fallen since the first. A sparse layer on purpose
looks the same.

## References

Lu et al., "Dying ReLU and Initialization: Theory and Numerical Examples" (2019).
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import count, percent
from trialrun.evidence import Evidence
from trialrun.evidence.activations import ActivationRecord
from trialrun.findings.finding import Finding, Severity

PATHOLOGICAL_SHARE = 0.9  # right programs reach 0.56
ENOUGH_UNITS = 8
ENOUGH_STEPS = 3
ENOUGH_SAMPLES = 64


class DeadRelu(Check):
    code = "MOD208"
    slug = "dead-relu"
    severity = Severity.WARNING
    needs = ("update",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        dead = [record for record in evidence.activation if _dead(record)]
        if not dead:
            return
        first = dead[0]
        layers = [f"{record.module or record.root} ({percent(record.off_share)})" for record in dead]
        begun = percent(first.shares[0])
        others = f" So it is in {', '.join(layers[1:4])}." if len(dead) > 1 else ""
        yield self.finding(
            f"{percent(first.off_share)} of the {count(first.units, 'unit')} of this ReLU "
            f"({first.root}{'.' + first.module if first.module else ''}) gave 0 for all of "
            f"{count(first.samples, 'value')} in the later half of {count(first.steps, 'step')} (first step: {begun})."
            f"{others} They get no gradient. If the layer is meant to be that sparse, this is legitimate.",
            "Lower the learning rate or warm it up, start biases at 0, standardise the inputs; or use LeakyReLU.",
            where=first.where,
            measured={
                "layers": layers,
                "units": first.units,
                "off_share": first.off_share,
                "share_by_step": list(first.shares),
                "values_a_unit": first.samples,
            },
            expected="units that are on for some sample",
            explained_by=("DAT101", "DAT102", "GRD406", "LOS305", "LOS306", "MOD207", "MOD211", "OPT503"),
        )


def _dead(record: ActivationRecord) -> bool:
    return (
        record.function == "relu"
        and record.units >= ENOUGH_UNITS
        and record.steps >= ENOUGH_STEPS
        and record.samples >= ENOUGH_SAMPLES
        and record.off_share >= PATHOLOGICAL_SHARE
        and record.shares[-1] >= record.shares[0]
    )
