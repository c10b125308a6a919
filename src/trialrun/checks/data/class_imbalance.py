"""Most training labels are of one class.

## Why is this bad?

It need not be. But with 95 % of one class a model that always guesses it is right 95 % of the time: an accuracy of 0.95
is then nothing learnt, and the loss may settle there, because the rare classes contribute little to it.

## Fix

Compare the accuracy with that of always guessing the most frequent class, and report recall, balanced accuracy or the
area under the precision-recall curve. If the rare classes matter, weigh the loss (`weight=`, `pos_weight=`) or draw
them more often (`WeightedRandomSampler`).

## Limits

A note: rare classes are in the nature of many tasks. The labels counted are those of the batches looked at, so the
share is an estimate. Only labels of one number a sample are counted, not those of words or pixels. Nothing is said
where the loss is weighted, where fewer than 100 labels were seen, or where the batches are sorted by class (DAT104),
which makes the first batches no sample of the rest.

## References

H. He and E. A. Garcia, "Learning from Imbalanced Data", 2009.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.data.unshuffled_training_data import grouped_share
from trialrun.checks.wording import count, percent
from trialrun.evidence import Evidence
from trialrun.findings.finding import Finding, Severity

LEAST_SHARE = 0.8  # of the most frequent class
LEAST_LABELS = 100


class ClassImbalance(Check):
    code = "DAT106"
    slug = "class-imbalance"
    severity = Severity.NOTE
    needs = ("loader",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        if any(call.weighted and call.training for call in evidence.loss):
            return
        for loader in evidence.loader:
            total = Counter[str]()
            for batch in loader.label_batches:
                total.update(batch)
            labels = sum(total.values())
            if not loader.training or labels < LEAST_LABELS or len(total) < 2:
                continue
            label, most = total.most_common(1)[0]
            share = most / labels
            if share < LEAST_SHARE or grouped_share(loader.label_batches) is not None:
                continue
            spread = 2 * math.sqrt(share * (1 - share) / labels)
            yield self.finding(
                f"{percent(share)} of {count(labels, 'training label')} looked at are {label} (give or take "
                f"{percent(spread)}), the rest {count(len(total) - 1, 'other class')}: always guessing {label} is "
                f"{percent(share)} accurate.",
                "Compare the accuracy with that, and report recall or balanced accuracy; weigh the loss or draw the "
                "rare classes more often if they matter.",
                where=loader.where,
                measured={"majority": label, "share": share, "labels": labels, "classes": len(total)},
            )
