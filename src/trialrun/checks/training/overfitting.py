"""The evaluation loss has turned upwards while the training loss still falls.

## Why is this bad?

From that epoch on the network learns what holds for its training samples alone. On a part of the data this comes
earlier than on all of them, so it is a note: it shows what the network does once it has seen enough.

## Fix

Keep the weights of the best epoch. If it comes early in the full run, too: more data or augmentation, weight decay,
dropout, a smaller network.

## Limits

A note, given where the evaluation loss ends a tenth above its best, with scores on the training part ahead by three
standard errors. Accuracy may stay as it was or even rise while the loss does: wrong answers become surer. Not judged
where several optimisers are built at one line, and train: models that are tried one after the other (a sweep of the
learning rate, folds) have no common best epoch.

## References

L. Prechelt, "Early Stopping, but When?", 1998.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import number
from trialrun.checks.wording_of_scores import one_score, part, went
from trialrun.evidence import Evidence
from trialrun.evidence.scores import clearly_better, evaluations, trainings
from trialrun.evidence.trend import trend
from trialrun.findings.finding import Finding, Severity

TURNED = 1.1  # times the best evaluation loss
LEAST_PASSES = 3  # evaluations; two tell no turn
LEAST_SAMPLES = 100


class Overfitting(Check):
    code = "TRN605"
    slug = "overfitting"
    severity = Severity.NOTE
    needs = ("subset",)

    def unjudged(self, evidence: Evidence) -> str:
        built = [optimiser.where for optimiser in evidence.optimiser if optimiser.steps and optimiser.where]
        return "several models train one after the other" if len(set(built)) < len(built) else ""

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.subset_of("as it is")
        if record is None:
            return
        outside, inside = evaluations(record), trainings(record)
        losses = [score.loss for score in outside if score.loss is not None]
        if len(losses) < LEAST_PASSES or len(losses) != len(outside) or not inside or min(losses) <= 0:
            return
        lowest = min(range(len(losses)), key=lambda place: losses[place])
        samples = min(outside[-1].samples, record.samples)
        own, other = inside[-1].score, outside[-1].score
        if own is None or other is None or samples < LEAST_SAMPLES or losses[-1] < TURNED * losses[lowest]:
            return
        line = trend(record.losses)
        if line is None or not line.falls or not clearly_better(record, own, other, samples):
            return
        yield self.finding(
            f"{part(record)} the evaluation loss was {number(losses[lowest])} at best, in epoch "
            f"{outside[lowest].epoch}, and is {number(losses[-1])} in the end, while the training loss went "
            f"{went(record.losses)}. {record.metric.capitalize()}: {one_score(own)} on the training part, "
            f"{one_score(other)} on {outside[-1].samples:,} other samples. With all data this comes later.",
            "Keep the weights of the best epoch. If the full run shows the same: more data or augmentation, weight "
            "decay, dropout, or a smaller network.",
            where=record.where,
            measured={
                "best_evaluation_loss": losses[lowest],
                "last_evaluation_loss": losses[-1],
                "training_score": own,
                "score": other,
            },
            expected="an evaluation loss that stays near its best",
            explained_by=("DAT107", "TRN602", "EVA701", "EVA706"),
            stage="subset",
        )
