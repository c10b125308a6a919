"""The activation in front of a loss can't give what the targets ask for.

## Why is this bad?

A ReLU gives nothing below 0, a sigmoid nothing outside 0..1, a tanh nothing beyond 1. Targets on the other side are
never reached: that part of the loss stays for good, and where a ReLU's input is negative no gradient comes through to
change it. A classifier whose logits end in a ReLU or a tanh can't be sure of any answer.

## Fix

End with the linear layer where targets may have any value, or bring the targets into the activation's range (and
the predictions back).

## Limits

Judged from the autograd graph and the targets seen. For regression losses at least 20 % of the targets lie outside the
activation's range, and the part that can't be reached is at least 15 % of the targets' variance: noise around 0 is
less. For `binary_cross_entropy_with_logits` a target below 0.5 was seen, and for `cross_entropy` a ReLU set at least
10 % of the logits to 0, or a tanh bounds them. Softplus before `cross_entropy` is left alone. Scores bounded on
purpose look the same: a warning.

## References

Goodfellow, Bengio and Courville, "Deep Learning", 2016, section 6.2.2 (output units).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import fmean

from trialrun.checks.base import Check
from trialrun.checks.wording import at, number, percent
from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.tensors import LossCall
from trialrun.findings.finding import Finding, Severity

LEAST_SHARE = 0.2  # of the targets outside the range
LEAST_VARIANCE = 0.15  # of the targets' variance that can't be reached; for standard normal targets a ReLU leaves 0.5
LEAST_ZEROS = 0.1  # of the logits
_REGRESSION = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "gaussian_nll_loss")
_RANGE = {
    **dict.fromkeys(("relu", "softplus"), "0 and above"),
    **dict.fromkeys(("sigmoid", "hardsigmoid", "softmax"), "0..1"),
    "tanh": "-1..1",
    "hardtanh": "its two bounds",
}


class ClippedOutput(Check):
    code = "LOS307"
    slug = "clipped-output"
    severity = Severity.WARNING
    needs = ("loss",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        groups: dict[tuple[Where | None, str, str], list[LossCall]] = {}
        for call in evidence.loss:
            if call.training and call.input_from in _RANGE and call.targets is not None:
                key = (call.input_from_where or call.where, call.function, call.input_from)
                groups.setdefault(key, []).append(call)
        for (where, function, activation), calls in groups.items():
            told = _told(function, activation, calls)
            if told:
                yield self.finding(
                    f"{function}{at(calls[0].where)} gets the output of this {activation}, which gives only values of "
                    f"{_RANGE[activation]}. {told}",
                    "Drop the activation in front of the loss, or bring the targets into its range. If the rest is "
                    "noise or the bound is meant, this is legitimate.",
                    where=where,
                    measured={
                        "function": function,
                        "input_from": activation,
                        "target_range": [_lowest(calls), _highest(calls)],
                        "unreachable_share": _mean(c.targets.unreachable_share for c in calls if c.targets),
                        "unreachable_variance": _mean(c.targets.unreachable_variance for c in calls if c.targets),
                        "zero_share": _mean(c.zero_share for c in calls),
                    },
                    expected="an output that can take the values of the targets",
                    explains=("LOS305",),
                )


def _told(function: str, activation: str, calls: list[LossCall]) -> str:
    """What can't be reached, with its numbers; "" where nothing is wrong."""
    if function in _REGRESSION:
        share = _mean(c.targets.unreachable_share for c in calls if c.targets)
        variance = _mean(c.targets.unreachable_variance for c in calls if c.targets)
        if share is None or share < LEAST_SHARE or (variance is not None and variance < LEAST_VARIANCE):
            return ""
        left = f", which leaves {percent(variance)} of their variance out of reach" if variance is not None else ""
        return (
            f"The targets go from {number(_lowest(calls))} to {number(_highest(calls))}: {percent(share)} of them lie "
            f"outside{left}."
        )
    if function == "binary_cross_entropy_with_logits" and _lowest(calls) < 0.5:
        if activation in ("relu", "softplus"):
            return "No logit is below 0, so no probability is below 0.5, and negative samples keep a loss of ln 2 each."
        if activation == "tanh":
            return "So all probabilities lie between 0.269 and 0.731, and no sample's loss falls below 0.313."
    if function == "cross_entropy":
        zeros = _mean(c.zero_share for c in calls)
        if activation == "relu" and zeros is not None and zeros >= LEAST_ZEROS:
            return f"{percent(zeros)} of the logits are exactly 0 and get no gradient: a class can't be ruled out."
        shape = calls[0].input_shape
        if activation == "tanh" and shape is not None and len(shape) > 1:
            floor = math.log(1 + (shape[1] - 1) * math.exp(-2))
            return f"With {shape[1]} classes no sample's loss falls below {number(floor)}."
    return ""


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _lowest(calls: list[LossCall]) -> float:
    return min(call.targets.minimum for call in calls if call.targets is not None)


def _highest(calls: list[LossCall]) -> float:
    return max(call.targets.maximum for call in calls if call.targets is not None)
