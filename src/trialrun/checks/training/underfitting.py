"""Training gets nowhere on the samples it is trained on: it does not beat a guess, or regularisation holds it back.

## Why is this bad?

The network has learnt nothing that stands in its inputs, nor anything by heart. It is too small, held back by a
penalty, or the inputs say nothing about the targets.

## Fix

Try a wider or deeper network, less weight decay and dropout, other learning rates, and inputs that say more.
`nn.Dropout(p)` takes the share that is left out, not the one that is kept.

## Limits

A note. It is given where dropout of 0.75 or more, or weight decay of 0.5 or more, keeps one batch from being learnt
that is learnt without them: 70 % of the way to its least loss, against less than a third or four times the repeats.
Else it is given on a part of the data where the loss has come to rest, scores on the training part and outside of it
are no better than always guessing the majority or the mean, and no simple method is ahead either (else TRN603 or
TRN604 warns). Noise looks like this as well.

## References

I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", 2016, chapter 5.2.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.on_a_part import unscored
from trialrun.checks.training.worse_than_baseline import CAUSES, REST
from trialrun.checks.wording_of_experiments import without_regularisation
from trialrun.checks.wording_of_scores import one_score, part, went
from trialrun.evidence import Evidence
from trialrun.evidence.rates import lowered, may_rise
from trialrun.evidence.scores import (
    best,
    clearly_better,
    evaluations,
    inputs_tell,
    judged_samples,
    trainings,
    trivial,
)
from trialrun.evidence.trend import at_rest
from trialrun.findings.finding import Finding, Severity, Verified

LEAST_SAMPLES = 100


class Underfitting(Check):
    code = "TRN606"
    slug = "underfitting"
    severity = Severity.NOTE
    needs = ("subset",)

    def unjudged(self, evidence: Evidence) -> str:
        return "" if without_regularisation(evidence) else unscored(evidence)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        held = without_regularisation(evidence)
        if held is not None:
            yield self._held_back(evidence, held)
            return
        record = evidence.subset_of("as it is")
        if record is None or inputs_tell(record) or not at_rest(record, REST):
            return
        inside, outside = best(record, trainings(record)), best(record, evaluations(record))
        floor, samples = trivial(record), judged_samples(record)
        if may_rise(evidence) or lowered(evidence, record):
            return
        if inside is None or outside is None or floor is None or samples < LEAST_SAMPLES:
            return
        if clearly_better(record, inside, floor[1], record.samples):
            return
        if clearly_better(record, outside, floor[1], samples):
            return
        yield self.finding(
            f"{part(record)} the training loss went {went(record.losses)} and has come to rest, with {record.metric} "
            f"{one_score(inside)} on the training part and {one_score(outside)} on {samples:,} "
            f"other samples; always guessing the {floor[0]} has {one_score(floor[1])}. Simple methods do no better: "
            "inputs may say nothing about the targets.",
            "Try a wider network, less weight decay and dropout, other learning rates, and inputs that say more about "
            "the targets.",
            where=record.where,
            measured={
                "training_score": inside,
                "score": outside,
                "baselines": dict(record.baselines),
                "evaluation_samples": samples,
            },
            expected=f"a {record.metric} better than {one_score(floor[1])}",
            explained_by=(*CAUSES, "DAT107"),
            stage="subset",
        )

    def _held_back(self, evidence: Evidence, verified: Verified) -> Finding:
        record = evidence.overfit[-1]
        return self.finding(
            f"{', '.join(record.switched_off)} together keep one batch from being learnt, which is learnt without: "
            f"{verified.result}. More data are harder still. If the full run is long enough for it, this is "
            "legitimate.",
            "Try dropout of 0.1 to 0.5 (nn.Dropout takes the share that is left out) and weight decay of 0.1 or less.",
            where=record.where,
            measured={"switched_off": list(record.switched_off)},
            expected="a batch that is learnt with regularisation, too",
            verified=verified,
            explained_by=(*CAUSES, "TRN603", "TRN604"),
            stage="probe",
        )
