"""The training loss does not fall from update to update, though the targets can be told from the inputs.

## Why is this bad?

The network stays as good as guessing, and simple methods show that there is something to be learnt on the same samples.
One batch by itself may still be learnt: what holds the loss up is then in what differs from one batch to the next, or
in what the single batch was learnt without: weight decay, dropout, weights that are set back or written over between
updates, a learning rate that one batch bears and changing ones do not.

## Fix

Switch off weight decay and other penalties, then lower the learning rate tenfold, then look for code between epochs
that loads, resets or averages weights.

## Limits

Judged on a part of the data, from at least 60 updates. Needed besides: one known supervised loss and one optimiser; a
linear model or the nearest neighbour that beats guessing on samples outside the training part by three standard errors;
a last training score no better than guessing; scatter so small that a fall by 5 % of the loss would have been
seen; and a learning rate that does not rise after the start. So plateaus that simple methods cannot pass either (the
adding problem), warm-ups, and slow but steady falls are no finding. Networks with three
saturating layers or more, which may sit still for longer than the part lasts, are not judged, nor are programs whose
learning rate is a tenth or less of those that learn one batch: the part ends before they have begun.

## References

A. Karpathy, "A Recipe for Training Neural Networks", 2019. The thresholds are this project's own.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.on_a_part import may_learn_later, unscored
from trialrun.checks.training.worse_than_baseline import CAUSES
from trialrun.checks.wording import count, number
from trialrun.checks.wording_of_experiments import without_regularisation
from trialrun.checks.wording_of_scores import one_score, part, went
from trialrun.evidence import Evidence
from trialrun.evidence.scores import (
    clearly_better,
    inputs_tell,
    strongest,
    trainings,
    trivial,
)
from trialrun.evidence.trend import flat
from trialrun.findings.finding import Finding, Severity

LEAST_UPDATES = 60
FLAT = 0.05  # of the loss: a fall as small over the whole run


class LossNotDecreasing(Check):
    code = "TRN603"
    slug = "loss-not-decreasing"
    severity = Severity.WARNING
    needs = ("subset",)

    def unjudged(self, evidence: Evidence) -> str:
        record = evidence.subset_of("as it is")
        if record is None or unscored(evidence):
            return unscored(evidence)
        if record.updates < LEAST_UPDATES:
            return f"{count(record.updates, 'update')} on a part of the data are too few to tell a trend from noise"
        return may_learn_later(evidence, record)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.subset_of("as it is")
        if record is None or not inputs_tell(record):
            return
        line, floor, simple = flat(record, FLAT), trivial(record), strongest(record)
        inside = next((score.score for score in reversed(trainings(record))), None)
        if line is None or floor is None or simple is None or inside is None:
            return
        if clearly_better(record, inside, floor[1], record.samples):
            return
        yield self.finding(
            f"{part(record)} the training loss shows no trend in {count(record.updates, 'update')}: "
            f"{went(record.losses)} (the line through it changes by {number(line.change)}, give or take "
            f"{number(2 * line.error)}). The {record.metric} on the training part is {one_score(inside)} in the end, "
            f"where always guessing the {floor[0]} has {one_score(floor[1])} and a {simple[0]} method "
            f"{one_score(simple[1])}. The likely cause: weight decay or another penalty, a learning rate that is too "
            "high for batches that change, or weights that are set back between updates.",
            "Switch weight decay and other penalties off, then try a tenth of the learning rate, and look for code "
            "between epochs that loads or resets weights. If the network is known to rest on a plateau at first, this "
            "is legitimate.",
            where=record.where,
            measured={
                "updates": record.updates,
                "change": line.change,
                "change_error": line.error,
                "loss": line.level,
                "training_score": inside,
                "baselines": dict(record.baselines),
            },
            expected="a loss that falls beyond its scatter",
            explains=("TRN604",),
            explained_by=CAUSES,
            verified=without_regularisation(evidence),
            stage="subset",
        )
