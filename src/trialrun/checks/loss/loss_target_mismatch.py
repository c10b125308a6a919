"""The targets are not of the kind that the loss is defined for.

## Why is this bad?

A loss takes any numbers of a fitting shape and gives one back. With targets it is not made for it may have no lower
bound (`binary_cross_entropy_with_logits` on labels -1 and 1, or on class indices; `poisson_nll_loss` on standardised
counts; `cross_entropy` on a teacher's logits), ignore half of the samples (`soft_margin_loss` on labels 0 and 1) or ask
for what it can't give (several ones in a row for a softmax, which shares out a single 1). Training runs, and learns
something else.

## Fix

| loss | targets |
|---|---|
| `cross_entropy` | class indices, or a distribution over the classes in each row |
| `binary_cross_entropy_with_logits`, `multilabel_soft_margin_loss` | 0..1 for each output |
| `soft_margin_loss`, `hinge_embedding_loss`, `margin_ranking_loss` | -1 or 1 |
| `kl_div` | log-probabilities as input, probabilities as target |
| `poisson_nll_loss` | counts, 0 and above |

## Limits

Only what the values prove, over all rehearsed steps: one-hot rows in `cross_entropy`, indices or probabilities in
`mse_loss` and soft labels are legal, and nothing is said of them. Nor is it told whether classes with an order should
be regressed. Rows of several ones under `cross_entropy` are now and then meant (a multinomial likelihood of bags of
items), and targets below 0 in corrections for noisy labels: a warning.

## References

PyTorch documentation, "Loss functions" of `torch.nn`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from trialrun.checks.base import Check
from trialrun.checks.wording import number, percent
from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.tensors import LossCall
from trialrun.findings.finding import Finding, Severity

LEAST_SHARE = 0.05  # of the rows with several ones
_SLACK = 1e-3  # rounding of smoothed labels
_YES_OR_NO = ("binary_cross_entropy_with_logits", "multilabel_soft_margin_loss")
_TWO_SIDED = ("soft_margin_loss", "hinge_embedding_loss", "margin_ranking_loss", "cosine_embedding_loss")


@dataclass(frozen=True)
class _Mismatch:
    what: str
    fix: str
    expected: str


class LossTargetMismatch(Check):
    code = "LOS311"
    slug = "loss-target-mismatch"
    severity = Severity.WARNING
    needs = ("loss",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        groups: dict[tuple[Where | None, str], list[LossCall]] = {}
        for call in evidence.loss:
            if call.training and call.targets is not None:
                groups.setdefault((call.where, call.function), []).append(call)
        for (where, function), calls in groups.items():
            low = min(call.targets.minimum for call in calls if call.targets is not None)
            high = max(call.targets.maximum for call in calls if call.targets is not None)
            whole = all(call.targets.whole for call in calls if call.targets is not None)
            found = _mismatch(function, low, high, whole, calls)
            if found is not None:
                yield self.finding(
                    f"{function} {found.what}",
                    found.fix,
                    where=where,
                    measured={
                        "function": function,
                        "target_range": [low, high],
                        "whole_numbers": whole,
                        "loss": calls[-1].value,
                    },
                    expected=found.expected,
                    explained_by=("DAT103",),
                    explains=("LOS305",),
                )


def _mismatch(function: str, low: float, high: float, whole: bool, calls: list[LossCall]) -> _Mismatch | None:
    spread = f"targets from {number(low)} to {number(high)}"
    if function in _YES_OR_NO and (low < -_SLACK or high > 1 + _SLACK):
        if whole and (low, high) == (-1, 1):
            fix = "Turn -1 and 1 into 0 and 1: (target + 1) / 2; or use soft_margin_loss."
        elif whole and low >= 0 and high < 256:
            fix = "For class indices use cross_entropy with one output a class, or one_hot targets."
        else:
            fix = "Bring the targets into 0..1, or use a regression loss such as mse_loss."
        return _Mismatch(
            f"gets {spread}, where 0..1 is expected: for a target outside it has no lower bound, and the logits are "
            f"pushed away for ever.",
            fix,
            "targets in 0..1",
        )
    if function in _TWO_SIDED and whole and low == 0 and high == 1:
        return _Mismatch(
            "gets labels 0 and 1, where -1 and 1 are expected: a sample of label 0 gives the same loss whatever the "
            "model says, so it teaches nothing.",
            "Turn 0 and 1 into -1 and 1: 2 * target - 1; or use binary_cross_entropy_with_logits.",
            "labels -1 and 1",
        )
    if function == "cross_entropy":
        return _soft_targets(low, spread, calls)
    if function == "poisson_nll_loss" and low < -_SLACK:
        return _Mismatch(
            f"gets {spread}, where counts are expected: for a target below 0 it has no lower bound.",
            "Give it counts as they are, not standardised; for other values use gaussian_nll_loss or mse_loss.",
            "targets of 0 and above",
        )
    if function == "kl_div" and all(call.input_from == "softmax" for call in calls):
        return _Mismatch(
            "gets probabilities, the output of softmax, where log-probabilities are expected: its value is no "
            "divergence, and is not least where the two agree.",
            "Give it log_softmax of the scores; the target stays a probability.",
            "log-probabilities as input",
        )
    return None


def _soft_targets(low: float, spread: str, calls: list[LossCall]) -> _Mismatch | None:
    if low < -_SLACK and all("float" in (call.target_dtype or "") for call in calls):
        return _Mismatch(
            f"gets {spread} as soft labels, where each row should be a distribution: with weights below 0 it has no "
            f"lower bound.",
            "Apply softmax to a teacher's scores first; for indices, convert with target.long(). If the weights "
            "below 0 correct for label noise, this is legitimate.",
            "rows of at least 0 that sum to 1",
        )
    shares = [c.targets.several_hot_share for c in calls if c.targets and c.targets.several_hot_share is not None]
    if shares and fmean(shares) >= LEAST_SHARE:
        return _Mismatch(
            f"gets rows of zeros and ones, {percent(fmean(shares))} of them with several ones: softmax shares out a "
            f"single 1, so it can't say yes to two classes at once.",
            "For several labels a sample use binary_cross_entropy_with_logits. If the rows count items of one "
            "multinomial draw, this is legitimate.",
            "one class a row, or a distribution",
        )
    return None
