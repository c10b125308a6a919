"""A softmax or cross-entropy over a single score: its output is constant and has no gradient.

## Why is this bad?

Softmax divides each exponential by their sum. With one score the result is 1 whatever the score is, its logarithm is
0, and the derivative is exactly 0: the loss never depends on the model, and nothing is learnt. It is the usual result
of giving a binary classifier one output and keeping the loss of a many-class one.

## Fix

For a yes-or-no target with one output, use `binary_cross_entropy_with_logits` (`nn.BCEWithLogitsLoss`), or `sigmoid`
where the probability is shown. Or give the model two outputs and keep cross-entropy.

## Limits

Judged from the shapes at the loss: cross-entropy over one class, or a loss whose input is a softmax over one score
a sample, exactly 1 for all of them. Every call from that line during training must be so: candidate lists, contrastive
batches and class-incremental heads that have one entry now and then are not this. Attention over a sequence of length
1 and routing to a single expert do not feed a loss directly and are passed over.

## References

PyTorch documentation, `torch.nn.BCEWithLogitsLoss`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import at, count, number, shape
from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.softmaxes import SoftmaxUse
from trialrun.evidence.tensors import LossCall
from trialrun.findings.finding import Finding, Severity

# One backward may have met an odd batch; two or more, and no other kind of call, have not.
ENOUGH_CALLS = 2

_FIX = (
    "Use binary_cross_entropy_with_logits (nn.BCEWithLogitsLoss) on the raw score, with float targets of the same "
    "shape; or give the model one output for each class."
)


class SingleClassSoftmax(Check):
    code = "MOD206"
    slug = "single-class-softmax"
    severity = Severity.ERROR
    needs = ("loss",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        calls: dict[Where | None, list[LossCall]] = {}
        for call in evidence.loss:
            if call.function == "cross_entropy":
                calls.setdefault(call.where, []).append(call)
        for where, here in calls.items():
            trained = [call for call in here if call.training]
            if len(trained) >= ENOUGH_CALLS and all(_classes(call) == 1 for call in here):
                yield self._cross_entropy(where, trained)
        for use in evidence.softmax:
            if use.loss != "cross_entropy" and use.constant == use.uses >= ENOUGH_CALLS:
                yield self._softmax(use)

    def _cross_entropy(self, where: Where | None, calls: list[LossCall]) -> Finding:
        last = calls[-1]
        return self.finding(
            f"cross_entropy gets one score a sample: input {shape(last.input_shape)}, target "
            f"{shape(last.target_shape)}, in all {count(len(calls), 'training call')}. Softmax over one class is 1 "
            f"whatever the score is, so the gradient is 0 (the loss now: {number(last.value)}).",
            _FIX,
            where=where,
            measured={
                "classes": 1,
                "input_shape": list(last.input_shape or ()),
                "calls": len(calls),
                "loss": last.value,
            },
            expected="two classes or more along axis 1 of the input",
        )

    def _softmax(self, use: SoftmaxUse) -> Finding:
        return self.finding(
            f"This {use.function} runs over axis {use.axis} of {shape(use.shape)}, which has one element, and "
            f"{use.loss}{at(use.loss_where)} gets its output: every probability was exactly 1 in all "
            f"{count(use.uses, 'backward')}, whatever the model computed, and the gradient is 0.",
            _FIX,
            where=use.where,
            measured={"classes": 1, "shape": list(use.shape), "loss": use.loss, "uses": use.uses},
            expected="a softmax over two scores or more, or a sigmoid",
        )


def _classes(call: LossCall) -> int | None:
    sizes = call.input_shape
    if not sizes:
        return None
    return sizes[1] if len(sizes) > 1 else sizes[0]
