"""Cross-entropy gets the output of a softmax, though it applies log-softmax itself.

## Why is this bad?

`cross_entropy` expects unnormalised logits. Probabilities lie in 0..1, so after the second softmax even a perfect
prediction is far from certain: with C classes the loss can't fall below ln(1 + (C - 1) / e), which is 1.46 for ten
classes, and the gradients shrink by the softmax's own derivative. Training is slow and stops early, without any
error.

## Fix

Return the logits from the model and apply softmax only where probabilities are shown. With `log_softmax`, use
`nll_loss`.

## Limits

Judged from the autograd graph: the loss's input must be the softmax's output itself. A softmax elsewhere (attention,
a teacher's targets, a temperature applied after it) is not this. `log_softmax` into cross-entropy changes nothing in
the value, since log-softmax is idempotent: a note. `nll_loss` on probabilities is the expected 0-1 error, now and
then chosen on purpose for noisy labels: a warning. Where one batch, repeated, is learnt from the logits and far less
as it is, the finding tells both losses.

## References

PyTorch documentation, `torch.nn.CrossEntropyLoss`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from trialrun.checks.base import Check
from trialrun.checks.replaying import verified_by
from trialrun.checks.wording import at, number
from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.replays import SKIPPED_ACTIVATION
from trialrun.evidence.tensors import LossCall
from trialrun.findings.finding import Finding, Mend, Severity


class DoubleSoftmax(Check):
    code = "LOS302"
    slug = "double-softmax"
    severity = Severity.ERROR
    needs = ("loss",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        seen: set[tuple[Where | None, str]] = set()
        for call in evidence.loss:
            where = call.input_from_where or call.where
            kind = f"{call.function} of {call.input_from}"
            if not call.training or (where, kind) in seen:
                continue
            seen.add((where, kind))
            if kind == "cross_entropy of softmax":
                proof = verified_by(evidence, SKIPPED_ACTIVATION)
                yield replace(self._squashed(call, where), verified=proof)
            elif kind == "nll_loss of softmax":
                yield self.finding(
                    f"nll_loss{at(call.where)} gets the output of this softmax: its value is -p of the right "
                    f"class, between -1 and 0 (now {number(call.value)}), not a log-likelihood.",
                    "Use log_softmax in front of nll_loss. If the expected 0-1 error is meant, this is legitimate.",
                    where=where,
                    severity=Severity.WARNING,
                    measured={"function": call.function, "input_from": call.input_from, "loss": call.value},
                    expected="log-probabilities into nll_loss",
                )
            elif kind == "cross_entropy of log_softmax":
                yield self.finding(
                    f"cross_entropy{at(call.where)} gets the output of this log_softmax and applies it once "
                    f"more. The value is the same; one of the two is superfluous.",
                    "Drop log_softmax, or use nll_loss.",
                    where=where,
                    severity=Severity.NOTE,
                    measured={"function": call.function, "input_from": call.input_from},
                    mend=Mend("drop_activation", {"activation": "log_softmax"}),
                )

    def _squashed(self, call: LossCall, where: Where | None) -> Finding:
        classes = _classes(call)
        floor = None if classes is None else math.log(1 + (classes - 1) / math.e)
        limit = (
            f"With {classes} classes the loss can't fall below {number(floor)}, even if every prediction is right "
            f"(now {number(call.value)})."
            if floor is not None
            else "The loss has a floor far above 0."
        )
        return self.finding(
            f"cross_entropy{at(call.where)} gets the output of this softmax and applies log-softmax itself. {limit}",
            "Return the logits: drop the softmax in front of the loss, and apply it only where probabilities "
            "are shown.",
            where=where,
            measured={"classes": classes, "floor": floor, "loss": call.value, "input_from": call.input_from},
            expected="unnormalised logits into cross_entropy",
            explains=("LOS305",),
            mend=Mend("drop_activation", {"activation": "softmax"}),
        )


def _classes(call: LossCall) -> int | None:
    soft_targets = call.target_dtype is not None and "float" in call.target_dtype  # the floor is that of whole labels
    if not call.input_shape or call.reduction == "sum" or call.weighted or soft_targets:
        return None
    return call.input_shape[1] if len(call.input_shape) > 1 else call.input_shape[0]
