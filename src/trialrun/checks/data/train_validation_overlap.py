"""Samples that the program is scored on are among those it trains on.

## Why is this bad?

The network has seen the answers. The score is too good, and early stopping and the choice of the best epoch or setting
reward learning by heart.

## Fix

Split once, by indices that are kept, before anything is copied, oversampled or augmented: `torch.utils.data.
random_split` with one generator, or `train_test_split`. Rows that belong together (one patient, one speaker, one film)
go to the same side.

## Limits

Samples are compared by the content of input and target, so augmentation hides an overlap. Counted is a part of the
training data; the share for all of it is extrapolated from that. Tables hold true duplicates: nothing is said unless
the share of evaluation samples with a twin in the training part is more than twice the share of training samples that
have one there, and beyond it by three standard errors. A score that is openly the training accuracy is right: where
half of the samples or more are shared, the data of the evaluation loop must be called something like validation or
test, and nothing like train, all or full.

## References

S. Kaufman et al., "Leakage in Data Mining: Formulation, Detection, and Avoidance", 2012. The thresholds are this
project's own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.looped_over import names_of_data
from trialrun.checks.on_a_part import not_run
from trialrun.checks.wording import count, percent
from trialrun.evidence import Evidence
from trialrun.evidence.subset import Overlap, SubsetRecord
from trialrun.findings.finding import Finding, Severity

LEAST_SHARED = 10  # samples: fewer may be chance
LEAST_SHARE = 0.05  # of the evaluation, extrapolated to all training data
MOST_UNNAMED = 0.5  # of the evaluation: from here on it may be the training accuracy that is wanted
BEYOND_TWINS = 2.0  # times the share of training samples that have a twin among themselves
SIGMAS = 3.0
_HELD_OUT = re.compile(r"(^|_)(val|valid|validation|validate|test|testing|dev|held|holdout|unseen|new)(_|s?$|\d)")
_OPENLY = re.compile(r"(^|_)(train|training|fit|seen|all|full|whole|everything)(_|s?$|\d)")


class TrainValidationOverlap(Check):
    code = "DAT105"
    slug = "train-validation-overlap"
    severity = Severity.WARNING
    needs = ("subset",)

    def unjudged(self, evidence: Evidence) -> str:
        record = evidence.subset_of("as it is")
        if record is None:
            return not_run(evidence)
        return "" if record.overlap is not None else "no samples outside of training were seen"

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.subset_of("as it is")
        overlap = record.overlap if record is not None else None
        if record is None or overlap is None or not _beyond_twins(record, overlap):
            return
        share = overlap.samples / overlap.evaluated
        whole = min(1.0, share / record.share) if record.share else share
        if whole < LEAST_SHARE:
            return
        names = names_of_data(record.evaluated_at, evidence.source)
        openly = any(_OPENLY.search(name) for name in names)
        if openly or (whole >= MOST_UNNAMED and not any(_HELD_OUT.search(name) for name in names)):
            return
        partly = record.share is not None and record.share < 1
        extrapolated = f", so about {percent(whole)} of it are in the whole training set" if partly else ""
        places = ", ".join(str(place) for place in overlap.first)
        yield self.finding(
            f"{overlap.samples:,} of {count(overlap.evaluated, 'sample')} that the program is scored on "
            f"({percent(share)}; the first at position {places}) are also among the "
            f"{count(record.samples, 'training sample')} looked at, input and target alike"
            f"{extrapolated}; {percent(_twins(record, overlap))} of the training samples have a twin there. The likely "
            "cause: the two parts were drawn independently, or from data that had been copied.",
            "Split once, before anything is copied or oversampled, and keep the indices. If this is meant to be the "
            "score on the training data, it is legitimate.",
            where=record.evaluated_at or record.where,
            measured={
                "shared": overlap.samples,
                "evaluated": overlap.evaluated,
                "share_of_whole": whole,
                "first": list(overlap.first),
                "duplicated_in_training": overlap.duplicated_in_training,
            },
            expected="no sample in both parts",
            stage="subset",
        )


def _twins(record: SubsetRecord, overlap: Overlap) -> float:
    """Share of training samples that have a twin among the others."""
    return min(1.0, overlap.duplicated_in_training / record.samples) if record.samples else 0.0


def _beyond_twins(record: SubsetRecord, overlap: Overlap) -> bool:
    """Whether more samples are shared than a table with true duplicates would share."""
    if overlap.samples < LEAST_SHARED or not overlap.evaluated or not record.samples:
        return False
    share, twins = overlap.samples / overlap.evaluated, _twins(record, overlap)
    error = math.sqrt(share * (1 - share) / overlap.evaluated + twins * (1 - twins) / record.samples)
    return share > BEYOND_TWINS * twins and share - twins > SIGMAS * error
