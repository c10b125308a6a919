"""The samples of one step's micro-batches do not count alike, as they would in one batch.

## Why is this bad?

Accumulation stands for a batch that does not fit into memory, and in that batch each sample (each token) counts the
same. A mean of means is not that: a micro-batch of few samples, or of many padded tokens, pulls as hard as a full one,
so its samples weigh more. The result then depends on how the data happened to be cut into micro-batches. A loss that
is divided by another number than that of the micro-batches changes the learning rate.

## Fix

Take the sum over each micro-batch (`reduction="sum"`) and divide it by the number of samples, or of tokens that are
not ignored, in all micro-batches of the step. With micro-batches of one size: divide their means by how many there
are. `trialrun.accumulate` is a loop that weighs by true counts.

## Limits

Each loss function is followed to the gradient that the step consumes; what one sample weighs in it is compared over
the micro-batches of the one window that was replayed. Warned of from a quarter more for the heaviest than for the
lightest. Legitimate where a micro-batch, a task or a sequence is meant to count as one whatever its size. A shorter
last batch of an epoch is only seen where it lies in that window. "Divided by another number" is told where the loss is
nothing but a mean over n, n a whole number of at least 3 in a program that divides, and not the number of
micro-batches; a weight of a loss that stands in the program as a number is left alone. Not judged: what GRD409 does
not judge either.

## References

Hugging Face, "Fixing Gradient Accumulation", 2024 (mean of token means). The threshold is this project's own.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.accumulation import divides, holds_number, rate_divided, unjudged, weighed
from trialrun.checks.base import Check
from trialrun.checks.wording import at, count, number, numbers, percent
from trialrun.evidence import Evidence
from trialrun.evidence.accumulation import SAME, AccumulationRecord
from trialrun.findings.finding import Finding, Severity

UNEVEN = 1.25  # weight of a sample in the heaviest micro-batch over that in the lightest
LEAST_DIVISOR = 3  # a half is part of many losses


class AccumulationNotEquivalent(Check):
    code = "GRD411"
    slug = "accumulation-not-equivalent"
    severity = Severity.WARNING
    needs = ("window",)

    def unjudged(self, evidence: Evidence) -> str:
        return unjudged(evidence)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = weighed(evidence)
        if record is None:
            return
        if record.spread >= UNEVEN:
            yield self._uneven(record)
        elif not rate_divided(evidence) and divides(evidence, record):
            divisor = _divisor(evidence, record)
            if divisor is not None:
                yield self._divided(record, divisor)

    def _uneven(self, record: AccumulationRecord) -> Finding:
        samples = [micro.samples for micro in record.micro_batches]
        total, all_samples = record.factor, sum(samples)
        weights = [micro.weight * all_samples / total / micro.samples for micro in record.micro_batches]
        different = (
            ""
            if record.difference is None
            else (
                f" The gradient is {percent(record.difference)} away from that of one batch, |g - g_batch| / |g_batch|."
            )
        )
        return self.finding(
            f"The {count(record.backwards, 'micro-batch')} of one step{at(record.where)} hold {numbers(samples)} "
            f"targets of {record.function}, and one of them weighs {numbers(weights)} times what it would in one "
            f"batch: the heaviest counts {number(record.spread)} times the lightest.{different} If each micro-batch is "
            "meant to count the same whatever its size, this is legitimate.",
            f"Sum the losses of each micro-batch (reduction='sum') and divide by the number of targets of all "
            f"{record.backwards} ({number(all_samples)} here).",
            where=record.where,
            measured={
                "targets": samples,
                "implied_weights": [micro.weight for micro in record.micro_batches],
                "relative_weight_of_a_target": weights,
                "spread": record.spread,
                "gradient_difference": record.difference,
            },
            expected="each target weighs the same",
            explained_by=("GRD409",),
            stage="probe",
        )

    def _divided(self, record: AccumulationRecord, divisor: int) -> Finding:
        k = record.backwards
        return self.finding(
            f"The loss is divided by {divisor}, and {count(k, 'backward')}{at(record.where)} are added up for one "
            f"step: the gradient is {number(record.factor)} times that of one batch of all their samples. "
            f"If {divisor} is a weight of the loss and not meant as their number, this is legitimate.",
            f"Divide the loss by the number of micro-batches of a step ({k} here), or step every {divisor} of them.",
            where=record.where,
            measured={"backwards": k, "divisor": divisor, "implied_factor": record.factor},
            expected=f"a loss divided by {k}",
            stage="probe",
        )


def _divisor(evidence: Evidence, record: AccumulationRecord) -> int | None:
    """The whole number, other than that of the micro-batches, that each one's own mean is divided by."""
    weights = [micro.weight for micro in record.micro_batches]
    k = record.backwards
    if (
        record.reduction == "sum"
        or record.clipped
        or not record.known_only
        or k < max(window.used for window in evidence.window)
    ):
        return None  # a shorter last window is GRD410's
    divisor = round(1 / weights[0])
    even = all(abs(weight * divisor - 1) <= SAME for weight in weights)
    if not even or divisor < LEAST_DIVISOR or divisor == k:
        return None
    own = k / divisor  # a weight of the loss itself, divided by k besides: half of the squared error
    weighted = (
        holds_number(evidence, own) or holds_number(evidence, 1 / own, True) or holds_number(evidence, 1 / divisor)
    )
    return None if weighted else divisor
