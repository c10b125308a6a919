"""The gradients of several micro-batches are added up for one step, and nothing divides by their number.

## Why is this bad?

`backward()` adds to `.grad`. After k micro-batches, each with the mean of its own losses, the gradient is k times that
of one batch of all their samples: with plain SGD the learning rate is k times what it says, and it changes whenever
the number of micro-batches does. A rate that was right without accumulation may diverge with it.

## Fix

Divide each micro-batch's loss by their number before `backward()`: `(loss / k).backward()`. With micro-batches of
different size divide the sum of their losses by the number of all samples instead.

## Limits

Each loss function is followed to the gradient that the step consumes: what its own mean is multiplied by on the way
is the implied weight. Micro-batches are backwards of one line, with different inputs, that reach the same weights.
Sums (`reduction="sum"`) that are not divided are left alone: their batch is the sum as well. So are programs that
divide a learning rate. A rate that was chosen for the sum from the start looks the same as one that was not:
then the warning may be ignored. It is a note where the update hardly follows the size of the gradient (Adam), and
nothing is said where the gradient was being clipped: its size is then the limit's.
Not judged: losses written by hand, closures, compiled programs, several losses of the same samples, truncated
backpropagation through time, gradients that are changed one by one.

## References

PyTorch documentation, "Automatic Mixed Precision examples: gradient accumulation" (divides the loss by the number of
micro-batches).
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.accumulation import rate_divided, unjudged, weighed
from trialrun.checks.base import Check
from trialrun.checks.wording import at, count, number
from trialrun.evidence import Evidence
from trialrun.evidence.accumulation import SCALED, AccumulationRecord
from trialrun.findings.finding import Finding, Mend, Severity, Verified


class AccumulationNotAveraged(Check):
    code = "GRD409"
    slug = "accumulation-not-averaged"
    severity = Severity.WARNING
    needs = ("window",)

    def unjudged(self, evidence: Evidence) -> str:
        return unjudged(evidence)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = weighed(evidence)
        if record is None or not record.undivided or record.reduction == "sum" or rate_divided(evidence):
            return
        if record.clipped:  # a division after the backwards and the clipping's own cannot be told apart
            return
        yield self._finding(evidence, record)

    def _finding(self, evidence: Evidence, record: AccumulationRecord) -> Finding:
        k = record.backwards
        growth = record.growth
        follows = growth is None or growth >= SCALED
        cls = next((o.cls for o in evidence.optimiser if o.steps), "the optimiser")
        if follows:
            rate, factor = record.learning_rate, growth or float(k)
            told = (
                f"With {cls} this amounts to a learning rate of {number(rate and rate * factor)}, not {number(rate)}. "
            )
        else:
            told = (
                f"The update of {cls} is {number(growth)} times as long only: it hardly follows the gradient's size. "
            )
        norms = (
            f", |g| {number(record.gradient_norm)} where their mean has {number(record.divided_gradient_norm)}"
            if record.divided_gradient_norm is not None
            else ""
        )
        return self.finding(
            f"The gradients of {count(k, 'backward')}{at(record.where)} are added up for one step{norms}: the mean "
            f"loss of each micro-batch enters with weight 1 instead of 1/{k}. {told}"
            "If the rate was chosen for the sum, or divided for it elsewhere, this is legitimate.",
            f"Divide the loss by the number of micro-batches ({k} here) before backward().",
            where=record.where,
            severity=Severity.WARNING if follows else Severity.NOTE,
            measured={
                "backwards": k,
                "implied_weights": [micro.weight for micro in record.micro_batches],
                "implied_factor": k,
                "gradient_norm": record.gradient_norm,
                "gradient_norm_divided": record.divided_gradient_norm,
                "update_growth": growth,
                "learning_rate": record.learning_rate,
            },
            expected=f"each micro-batch weighs 1/{k}",
            verified=Verified(
                f"gradients divided by {k}",
                f"|g| {number(record.divided_gradient_norm)} and an update of {number(record.divided_update_norm)} "
                f"(now: {number(record.gradient_norm)} and {number(record.update_norm)})",
            )
            if record.divided_gradient_norm is not None
            else None,
            stage="probe",
            mend=Mend("divide_loss", {"backwards": k}),
        )
