"""The last batch of each epoch is tiny, and a batch normalisation takes its statistics from it.

## Why is this bad?

In train mode a batch normalisation divides by the spread of its batch. From one sample there is none (PyTorch stops:
"Expected more than 1 value per channel"), two values become -1 and 1 whatever they were, and of a few the estimate is
mostly chance. That batch also enters the running statistics with the weight of a full one, one tenth by default, and as
the last batch of the epoch it does so just before the evaluation. A mean over batches counts it as much as a full one.

## Fix

`DataLoader(..., drop_last=True)` for the training data (with `shuffle=True` other samples are left out each time), or a
batch size that leaves a larger remainder.

## Limits

Judged where the remainder is at most an eighth of the batch size and leaves a batch normalisation in train mode with
one sample, or at most four values a channel. Other remainders are common and harmless. Without batch normalisation
nothing is said: layer and group normalisation look at each sample by itself.

## References

S. Ioffe and C. Szegedy, "Batch Normalization", 2015, section 3.1.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import count
from trialrun.evidence import Evidence
from trialrun.evidence.loading import LoaderRecord
from trialrun.findings.finding import Finding, Severity

MOST_VALUES = 4  # of n values the spread is known to about 1 / sqrt(2 (n - 1)): 40 % for four
TINY = 8  # times smaller than the other batches


class TinyLastBatch(Check):
    code = "DAT108"
    slug = "tiny-last-batch"
    severity = Severity.WARNING
    needs = ("loader",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for loader in evidence.loader:
            last = loader.last_batch_size
            if loader.norm_module is None or not last or loader.norm_samples != last or not loader.batch_size:
                continue
            few = last == 1 or loader.norm_values <= MOST_VALUES
            if few and last * TINY <= loader.batch_size:
                yield self._tiny(loader, last, loader.batch_size)

    def _tiny(self, loader: LoaderRecord, last: int, batch_size: int) -> Finding:
        name = f"{loader.norm_module} ({loader.norm_cls})" if loader.norm_module else loader.norm_cls
        values = count(loader.norm_values, "value")
        return self.finding(
            f"{loader.samples:,} samples in batches of {batch_size} leave a last batch of {last}: {name} in train mode "
            f"takes its mean and spread from {values} a channel there"
            + (
                ", which has no spread at all."
                if loader.norm_values == 1
                else ", all of one sample."
                if last == 1
                else "."
            )
            + " It moves the running statistics as far as a full batch does, right before the epoch ends.",
            "Give the training DataLoader drop_last=True, or choose a batch size with a larger remainder. If the "
            "statistics are frozen or replaced before evaluation, this is legitimate.",
            where=loader.where,
            measured={
                "samples": loader.samples,
                "batch_size": batch_size,
                "last_batch_size": last,
                "values_per_channel": loader.norm_values,
                "module": loader.norm_module,
            },
            expected="batches large enough for their statistics",
        )
