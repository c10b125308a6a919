"""Training reads its samples in the order of the file, and neighbours there are of one kind.

## Why is this bad?

A step moves the weights for its own batch. When batches hold one class after another, as folders, tables and sorted
files do, each batch pulls the model to its own class and the next one pulls it away: the loss looks small within a
stretch and jumps between them, batch normalisation sees one class at a time, and the class read last wins.

## Fix

`DataLoader(..., shuffle=True)`, or shuffle the samples once before they are divided into batches. Shuffle images and
labels together.

## Limits

Only a `DataLoader` that reads a map-style data set by ascending index is judged, and only by what its batches held:
for class labels, at least half of what there is to know of a label must follow from its batch, and no shuffling
of the same labels may do as well; for real targets, all of them must ascend or descend. So data that was shuffled once
beforehand, or was random from the start, is right without `shuffle=True`. Series in order are too: windows whose inputs
hold the target of the window before are left out, others can't be told apart: if the order carries meaning
(a state kept from batch to batch, a curriculum), ignore the warning on that line.

## References

L. Bottou, "Curiously Fast Convergence of some Stochastic Gradient Descent Algorithms", 2009.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence

from trialrun.checks.base import Check
from trialrun.checks.wording import count, number, percent
from trialrun.evidence import Evidence
from trialrun.evidence.loading import LoaderRecord
from trialrun.findings.finding import Finding, Mend, Severity

LEAST_SHARE = 0.5  # of the labels' entropy that the batches must tell
PERMUTATIONS = 500  # none of which may do as well
LEAST_SAMPLES = 24
LEAST_TARGETS = 64  # real targets that are all in order


class UnshuffledTrainingData(Check):
    code = "DAT104"
    slug = "unshuffled-training-data"
    severity = Severity.WARNING
    needs = ("loader",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for loader in evidence.loader:
            if not loader.sequential or not loader.training:
                continue
            share = grouped_share(loader.label_batches)
            if share is not None:
                yield self._grouped(loader, share)
            elif loader.targets_sorted and loader.target_samples >= LEAST_TARGETS:
                yield self._ordered(loader)

    def _grouped(self, loader: LoaderRecord, share: float) -> Finding:
        batches = loader.label_batches
        single = sum(max(batch.values()) >= 0.95 * sum(batch.values()) for batch in batches)
        most = [max(batch, key=lambda label: batch[label]) for batch in batches]
        what = (
            f"{single} of {count(len(batches), 'batch')} looked at are of one class, nearly or wholly"
            if 2 * single > len(batches)
            else f"{percent(share)} of what there is to know of a label follows from its batch"
        )
        return self.finding(
            f"The training set is read in the same order in each epoch, and that order is sorted by class: {what} "
            f"(most frequent label of each: {', '.join(most[:8])}{', ...' if len(most) > 8 else ''}). Each batch "
            "trains its own class at the expense of the others.",
            "Give the training DataLoader shuffle=True. If the order carries meaning (a state kept from batch to "
            "batch, a curriculum), this is legitimate.",
            where=loader.where,
            measured={
                "batches": len(batches),
                "single_class_batches": single,
                "share_explained": share,
                "samples": sum(sum(batch.values()) for batch in batches),
            },
            expected="batches that hold a random draw of the classes",
            mend=Mend("shuffle"),
        )

    def _ordered(self, loader: LoaderRecord) -> Finding:
        return self.finding(
            f"The training set is read in the same order in each epoch, and that order is sorted by the target: the "
            f"{number(loader.target_samples)} targets looked at all ascend, or all descend, through the batches. Each "
            "batch holds one stretch of the targets and pulls the model there.",
            "Give the training DataLoader shuffle=True. If it is a series in order on purpose, this is legitimate.",
            where=loader.where,
            measured={"targets": loader.target_samples, "batch_size": loader.batch_size},
            expected="batches that hold a random draw of the targets",
            mend=Mend("shuffle"),
        )


def grouped_share(batches: Sequence[dict[str, int]]) -> float | None:
    """The share of the labels' entropy that their batch tells, where that is no accident of the draw; else None."""
    total = Counter[str]()
    for batch in batches:
        total.update(batch)
    samples = sum(total.values())
    if len(batches) < 2 or len(total) < 2 or samples < LEAST_SAMPLES:
        return None
    entropy = _entropy(total)
    share = 1 - sum(sum(batch.values()) / samples * _entropy(batch) for batch in batches) / entropy
    if share < LEAST_SHARE:
        return None
    labels = [label for label, amount in total.items() for _ in range(amount)]
    sizes = [sum(batch.values()) for batch in batches]
    draw = random.Random(0)
    for _ in range(PERMUTATIONS):
        draw.shuffle(labels)
        begin, rest = 0, 0.0
        for size in sizes:
            rest += size / samples * _entropy(Counter(labels[begin : begin + size]))
            begin += size
        if 1 - rest / entropy >= share:
            return None
    return share


def _entropy(counts: dict[str, int]) -> float:
    total = sum(counts.values())
    return -sum(n / total * math.log(n / total) for n in counts.values() if n)
