"""The loss is summed over the batch, so each update grows with the number of samples in it.

## Why is this bad?

With plain SGD an update is the learning rate times the gradient. If the loss is a sum, a batch twice as large makes
updates twice as large: a learning rate that was found for one batch size is wrong for every other, and the smaller last
batch of each epoch counts for less than it should.

## Fix

Average: `reduction="mean"`, or `.mean()` in place of `.sum()`. To keep the updates as they are, multiply the learning
rate by the batch size.

## Limits

Both halves of the recorded batch were run by themselves. It is a finding only if their losses add up to that of the
whole batch (means would add up to twice as much) and so do their gradients, as far as norms can tell: for means the
norms of both halves together are at least twice that of the whole. Only updates that are proportional to the gradient
are judged (SGD without clipping; Adam and its like divide the scale out), and only where a loader's last batch is
smaller, for only then is it known that the program takes smaller batches. A sum over the features whose mean is taken
over the samples is none. A fixed batch size with a rate that was chosen for it is legitimate.

## References

P. Goyal et al., "Accurate, Large Minibatch SGD", 2017, section 2 (batch size and learning rate).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import number
from trialrun.evidence import Evidence
from trialrun.evidence.batch_scale import NAME, summed_losses
from trialrun.findings.finding import Finding, Severity, Verified

ADDS_UP = 0.1  # the losses of the halves differ from that of the whole by at most this share: normalisation moves them
NORMS_OF_SUMS = 1.8  # times the norm of the whole; both halves of a mean come to 2 at least (triangle inequality)


class BatchSizeDependentLoss(Check):
    code = "LOS309"
    slug = "batch-size-dependent-loss"
    severity = Severity.WARNING
    needs = ("experiment",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.experiment_named(NAME)
        if record is None or record.control is None or len(record.variants) != 2:
            return
        whole, halves = record.control, record.variants
        norms = [half.gradient_norm or 0.0 for half in halves]
        if not whole.finite or not all(half.finite for half in halves) or not whole.gradient_norm:
            return
        together = sum(half.losses[0] for half in halves)
        if abs(together - whole.losses[0]) > ADDS_UP * abs(whole.losses[0]):
            return
        if min(norms) <= 0 or sum(norms) > NORMS_OF_SUMS * whole.gradient_norm:
            return
        size, last = int(record.facts["batch_size"]), int(record.facts["last_batch_size"])
        lines = Counter(call.where for call in summed_losses(evidence))
        ((usual, _),) = lines.most_common(1) or [(None, 0)]  # another may have been looked at once, before the training
        yield self.finding(
            f"The loss is a sum over the samples: {number(whole.losses[0])} on a batch of {size}, "
            f"{number(halves[0].losses[0])} and {number(halves[1].losses[0])} on its halves (gradient norm "
            f"{number(whole.gradient_norm)}; {number(norms[0])} and {number(norms[1])}). So the learning rate depends "
            f"on the batch size, and the last batch of {last} counts for less. With a batch size that never changes "
            "and a rate chosen for it, this is legitimate.",
            f"Take the mean over the samples; {size} times the learning rate keeps the updates as they are.",
            where=usual or record.where,
            measured={
                "batch_size": size,
                "loss": whole.losses[0],
                "loss_of_halves": [half.losses[0] for half in halves],
                "gradient_norm": whole.gradient_norm,
                "gradient_norm_of_halves": norms,
            },
            expected="a loss that does not grow with the number of samples",
            verified=Verified(
                "each half of the batch by itself",
                f"loss {number(halves[0].losses[0])} and {number(halves[1].losses[0])} (whole: "
                f"{number(whole.losses[0])}); means would give {number(whole.losses[0])} on average",
            ),
            stage="probe",
        )
