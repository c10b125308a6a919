"""A prediction of shape (N, 1) meets a target of shape (N,): the loss averages N x N pairs instead of N.

## Why is this bad?

Broadcasting turns `(N, 1) - (N,)` into an `(N, N)` table of every prediction against every target. Its mean is
smallest when every prediction equals the mean of the targets, so the model learns a constant and the loss settles
near the variance of the targets. PyTorch warns about it in `mse_loss`, and says nothing in a hand-written difference.

## Fix

Give both the same shape: `prediction.squeeze(-1)`, or `target.unsqueeze(-1)`.

## Limits

Ranking and quantile losses pair predictions with each other, or use `(N, 1)` with `(1, N)` and `(N, Q)`: only a
model's output of exactly `(N, 1)` against a target of exactly `(N,)`, N > 1, or the reverse, is looked at. In a program
without modules, only the difference of a product `x @ weight`, maybe with a bias, and a target is, and told only as an
error: what was meant can be tried out less there. A pairwise
loss may still be meant, so this is a warning: write `target[None, :]` to make such a pairing explicit. It is silent
where the batch, repeated, came more than a tenth below the loss that the best single prediction for all samples gives
(a nearest point, a transport plan, a level for each row, a distance between distributions): a mean over all pairs
cannot do that. It is an error
where one batch, repeated, is learnt with aligned shapes and clearly less without, by a loss that is a plain mean of
squares or distances over all pairs: it stays the same if the targets are put in another order. Where the two
were not told apart (a model of plain functions, both sides from models), PyTorch's own warning about the same shapes
is passed on; its warnings about others, such as a scalar target, are not.

## References

PyTorch documentation, "Broadcasting semantics"; the `UserWarning` of `torch.nn.functional.mse_loss`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from trialrun.checks.base import Check
from trialrun.checks.replaying import verified_by
from trialrun.checks.wording import number, shape
from trialrun.evidence import Evidence
from trialrun.evidence.crossing import crossing_is_no_purpose, crossing_is_on_purpose, warned_sizes
from trialrun.evidence.place import Where
from trialrun.evidence.program import WarningRecord
from trialrun.evidence.replays import ALIGNED_SHAPES
from trialrun.evidence.tensors import BroadcastPair
from trialrun.findings.finding import Finding, Mend, Severity

_UNLESS = " If every one is meant to meet every other, this is legitimate: write target[None, :]."


class BroadcastLoss(Check):
    code = "LOS301"
    slug = "broadcast-loss"
    severity = Severity.ERROR
    needs = ("loss",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        if crossing_is_on_purpose(evidence):
            return
        sure, proof = crossing_is_no_purpose(evidence), verified_by(evidence, ALIGNED_SHAPES)
        for finding in self._findings(evidence, sure):
            yield replace(
                finding,
                message=finding.message + ("" if sure else _UNLESS),
                severity=Severity.ERROR if sure else Severity.WARNING,
                verified=proof if sure else None,
            )

    def _findings(self, evidence: Evidence, sure: bool) -> Iterable[Finding]:
        by_line: dict[Where | None, BroadcastPair] = {}
        for pair in evidence.broadcast:
            if _single_output_against_flat_target(pair) and (sure or not pair.by_hand):
                by_line.setdefault(pair.where, pair)
        for where, pair in by_line.items():
            left, right = pair.left_shape, pair.right_shape
            prediction, target = (left, right) if pair.prediction_side == "left" else (right, left)
            n = max(prediction[0], target[0])
            column = len(prediction) == 2
            yield self.finding(
                f"`{pair.operation}` paired a prediction {shape(prediction)} with a target {shape(target)}: "
                f"the result is {shape(pair.result_shape)}, {number(n * n)} pairs instead of {number(n)}, so "
                f"a mean over them pulls each prediction towards the mean of all targets.",
                "Give both the same shape: prediction.squeeze(-1), or target.unsqueeze(-1)."
                if column
                else "Give both the same shape: target.squeeze(-1), or prediction.unsqueeze(-1).",
                where=where,
                measured={
                    "prediction_shape": list(prediction),
                    "target_shape": list(target),
                    "result_shape": list(pair.result_shape),
                    "pairs": n * n,
                },
                expected=f"{number(n)} pairs: prediction and target of the same shape",
                mend=Mend("squeeze", {"operation": pair.operation, "column": "left" if len(left) == 2 else "right"}),
            )
        told = set(by_line)
        for record in evidence.warning:
            sizes = warned_sizes(record)
            if sizes is not None and record.where not in told:
                told.add(record.where)
                yield self._warned(record, *sizes)

    def _warned(self, record: WarningRecord, prediction: tuple[int, ...], target: tuple[int, ...]) -> Finding:
        n = prediction[0]
        return self.finding(
            f"PyTorch warns that a loss here got an input {shape(prediction)} and a target {shape(target)}: they "
            f"broadcast to {number(n * n)} pairs instead of {number(n)}, so a mean over them pulls each prediction "
            "towards the mean of all targets.",
            "Give both the same shape: "
            + ("prediction.squeeze(-1), or target.unsqueeze(-1)." if len(prediction) == 2 else "target.squeeze(-1)."),
            where=record.where,
            measured={"prediction_shape": list(prediction), "target_shape": list(target), "pairs": n * n},
            expected=f"{number(n)} pairs: prediction and target of the same shape",
        )


def _single_output_against_flat_target(pair: BroadcastPair) -> bool:
    column, flat = sorted((pair.left_shape, pair.right_shape), key=len, reverse=True)
    return len(flat) == 1 and column == (flat[0], 1) and flat[0] > 1 and pair.result_shape == (flat[0], flat[0])
