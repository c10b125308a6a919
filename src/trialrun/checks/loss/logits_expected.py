"""A loss that applies the sigmoid itself gets the output of a sigmoid or a softmax.

## Why is this bad?

`binary_cross_entropy_with_logits` expects unbounded logits. A sigmoid's output lies in 0..1, and the second sigmoid
turns that into probabilities from 0.5 to 0.731: no sample can be called negative. The loss can't fall below
ln 2 = 0.693 for a target of 0 and 0.313 for a target of 1, and the gradients shrink by the sigmoid's own derivative.
Accuracy measured at a threshold of 0.5 on the first sigmoid's output may still look fair, which hides the mistake.

A softmax's output lies in 0..1 as well, and its classes compete, which yes-or-no answers do not.

## Fix

Return the logits: drop the sigmoid or softmax in front of the loss, and apply it only where probabilities are shown or
compared with a threshold. Or keep the sigmoid and use `binary_cross_entropy`, which is less stable.

## Limits

Judged from the autograd graph: the loss's input must be the sigmoid's or softmax's output itself, reshaped at most. One
that is scaled, shifted or turned back by `logit` is not this, nor one in a loss that is only reported. An error for
`binary_cross_entropy_with_logits` and `multilabel_soft_margin_loss` once a target below 0.5 was seen, which such an
input can never fit. A warning where all targets were above, and for `soft_margin_loss` and `cross_entropy`, whose
scores may be bounded on purpose, at the price of a floor of the loss; a softmax into `cross_entropy` is LOS302. Where
one batch, repeated, is learnt from the logits and far less as it is, an error tells both losses.

## References

PyTorch documentation, `torch.nn.BCEWithLogitsLoss`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.replaying import verified_by
from trialrun.checks.wording import at, number
from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.replays import SKIPPED_ACTIVATION
from trialrun.evidence.tensors import LossCall
from trialrun.findings.finding import Finding, Mend, Severity

SIGMOIDS = ("sigmoid", "hardsigmoid")
APPLY_SIGMOID = ("binary_cross_entropy_with_logits", "multilabel_soft_margin_loss")
TAKE_SCORES = (*APPLY_SIGMOID, "soft_margin_loss", "cross_entropy")


class LogitsExpected(Check):
    code = "LOS303"
    slug = "logits-expected"
    severity = Severity.ERROR
    needs = ("loss",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        groups: dict[tuple[Where | None, str], list[LossCall]] = {}
        for call in evidence.loss:
            bounded = call.input_from in SIGMOIDS and call.function in TAKE_SCORES
            if call.training and (bounded or (call.input_from == "softmax" and call.function in APPLY_SIGMOID)):
                groups.setdefault((call.input_from_where or call.where, call.function), []).append(call)
        for (where, function), calls in groups.items():
            source = calls[0].input_from
            known = [call.targets for call in calls if call.targets is not None]
            lowest = min((values.minimum for values in known), default=None)
            sure = function in APPLY_SIGMOID and lowest is not None and lowest < 0.5
            yield self.finding(
                f"{function}{at(calls[0].where)} gets the output of this {source} as its logits. "
                f"{_limit(calls[0])} (now {number(calls[-1].value)}).",
                f"Return the logits: drop the {source} in front of the loss, and apply it only where probabilities "
                "are shown or compared with a threshold."
                + ("" if sure else " If scores bounded to 0..1 are meant, this is legitimate."),
                where=where,
                severity=Severity.ERROR if sure else Severity.WARNING,
                measured={
                    "function": function,
                    "input_from": source,
                    "input_range": list(calls[0].input_range or ()),
                    "least_target": lowest,
                    "loss": calls[-1].value,
                },
                expected=f"unbounded logits into {function}",
                mend=Mend("drop_activation", {"activation": source}) if source in ("sigmoid", "softmax") else None,
                explains=("LOS305",),
                verified=verified_by(evidence, SKIPPED_ACTIVATION) if sure else None,
            )


def _limit(call: LossCall) -> str:
    if call.function == "cross_entropy":
        classes = call.input_shape[1] if call.input_shape and len(call.input_shape) > 1 else None
        if classes is None:
            return "Scores in 0..1 leave the loss a floor far above 0"
        floor = math.log(1 + (classes - 1) / math.e)
        return f"With scores in 0..1 and {classes} classes the mean loss can't fall below {number(floor)}"
    return (
        "It applies a sigmoid itself, so all probabilities lie between 0.5 and 0.731: the loss can't fall below 0.693 "
        "for a negative and 0.313 for a positive sample"
    )
