"""Nothing that was tried finds a relation between inputs and targets, and training does as well on permuted targets.

## Why is this bad?

Inputs and targets have come apart: one of the two was shuffled, sorted, filtered or joined without the other. The
network can then only learn its training samples by heart. Shapes and types are right, nothing crashes, the loss falls
in the end, and all other samples are guessed.

## Fix

Follow one sample from the file to the loss: print its name, look at its input, read its target. Apply every shuffle,
sort, filter and split to inputs and targets with the same indices, and give augmentation no way to replace the target.

## Limits

All of this must hold. The program has one known supervised loss and one optimiser, is scored on at least 100 samples
outside its training part, and does not beat always guessing the majority (or the mean) there. Neither do a linear model
and the nearest neighbour, given at least 20 training samples a class. The training itself works: its loss falls, or one
repeated batch was learnt. Trained again with the targets permuted among the samples, the loss falls about as far and
the scores are as good: where there is anything to be learnt, true targets are learnt faster. The inputs have a
structure, as images, waves and most tables do: nearest neighbours are nearer than among samples whose columns were
permuted one by one. So random tensors that stand in for data, parities and codes, where a tenth of the data can be too
little to find the rule, are not warned of. Neither are token ids, whose distances mean nothing, and small evaluation
sets. A relation that only a large network on much data finds (whether two drawn lines are connected) is not seen here,
and targets that are noise by nature, as in experiments on memorising or the next-day return of a price, have none: both
get the warning.

## References

C. Zhang et al., "Understanding deep learning requires rethinking generalization", 2017 (networks fit permuted labels).
D. Arpit et al., "A Closer Look at Memorization in Deep Networks", 2017 (and take longer for it).
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean

from trialrun.checks.base import Check
from trialrun.checks.on_a_part import unscored
from trialrun.checks.wording import count
from trialrun.checks.wording_of_scores import one_score, part, went
from trialrun.evidence import Evidence
from trialrun.evidence.overfit_verdict import LEARNT as BATCH_LEARNT
from trialrun.evidence.overfit_verdict import judged
from trialrun.evidence.scores import (
    LEARNT,
    best,
    clearly_better,
    evaluations,
    judged_samples,
    least_gain,
    shows_something,
    trivial,
)
from trialrun.evidence.subset import SubsetRecord
from trialrun.evidence.trend import trend
from trialrun.findings.finding import Finding, Severity, Verified

LEAST_SAMPLES = 100  # of the evaluation: fewer have so much noise that nothing would be found in anything
LEAST_PER_CLASS = 20  # training samples; for a regression ten times as many in all
# Nearness below which inputs are no noise: noise in two columns falls below it once in a hundred times, in more never.
STRUCTURED = 0.8
ALIKE = 1.3  # times the mean fall of the loss on permuted targets that the one on the program's own may be
FLAT = 0.03  # of the first loss: differences as small are scatter, however little both fell
_FIRST = 3  # losses whose mean is the start
# Each of these can make a network learn by heart and guess elsewhere, or be scored wrongly.
_CAUSES = ("DAT101", "DAT103", "EVA701", "EVA706", "GRD403", "LOS301", "MOD205", "OPT501", "TRN601", "TRN602")


class TargetsUnrelatedToInputs(Check):
    code = "DAT107"
    slug = "targets-unrelated-to-inputs"
    severity = Severity.WARNING
    needs = ("subset",)

    def unjudged(self, evidence: Evidence) -> str:
        record = evidence.subset_of("as it is")
        if record is None or unscored(evidence):
            return unscored(evidence)
        if trivial(record) is None or judged_samples(record) < LEAST_SAMPLES:
            return f"the program is scored on fewer than {LEAST_SAMPLES} samples outside its training part"
        permuted = [each for each in evidence.subset if each.kind == "targets permuted" and each.outcome != "ran"]
        if permuted and _nothing_found(record):
            return f"the targets could not be permuted: {permuted[-1].reason}"
        return ""

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record, permuted = evidence.subset_of("as it is"), evidence.subset_of("targets permuted")
        if record is None or permuted is None or not _nothing_found(record) or _codes(evidence):
            return
        own, other = best(record, evaluations(record)), best(permuted, evaluations(permuted))
        floor, samples = trivial(record), judged_samples(record)
        if own is None or other is None or floor is None or clearly_better(record, own, other, samples):
            return
        if record.nearness is None or record.nearness > STRUCTURED or not _as_slow(record, permuted):
            return
        if not _learns(evidence, record):
            return
        simple = ", ".join(f"{name} {one_score(record.baselines[name])}" for name in LEARNT if name in record.baselines)
        spread = least_gain(record, floor[1], samples)
        yield self.finding(
            f"No relation between inputs and targets was found. {part(record)} the training loss went "
            f"{went(record.losses)}; the {record.metric} on {count(samples, 'other sample')} is "
            f"{one_score(own)} at best, where always guessing the {floor[0]} has {one_score(floor[1])} (give or take "
            f"{one_score(spread)}). Simple methods find nothing either ({simple}). The likely cause: inputs and "
            "targets were shuffled, sorted, filtered or joined apart from each other, so that training samples can "
            "only be learnt by heart.",
            "Check that every shuffle, sort, filter and split moves inputs and targets by the same indices; print some "
            "samples with their targets. If the targets are noise by nature, or far harder to tell than these samples "
            "allow, this is legitimate.",
            where=record.where,
            measured={
                "metric": record.metric,
                "score": own,
                "score_on_permuted_targets": other,
                "baselines": dict(record.baselines),
                "evaluation_samples": samples,
                "first_loss": record.losses[0],
                "last_loss": record.losses[-1],
                "nearness": record.nearness,
            },
            expected=f"a {record.metric} that differs from {one_score(floor[1])} by more than {one_score(spread)}",
            verified=Verified(
                "training on targets permuted among the samples",
                f"{record.metric} {one_score(other)} (with the program's own: {one_score(own)}), training loss "
                f"{went(permuted.losses)} (with its own: {went(record.losses)})",
            ),
            explains=("TRN604", "TRN605", "TRN606"),
            explained_by=_CAUSES,
            stage="subset",
        )


def _nothing_found(record: SubsetRecord) -> bool:
    """Whether neither the program nor simple methods, given samples enough, beat guessing."""
    own, floor = best(record, evaluations(record)), trivial(record)
    enough = record.samples >= LEAST_PER_CLASS * max(record.classes, 2 if record.metric == "accuracy" else 10)
    tried = [record.baselines[name] for name in LEARNT if name in record.baselines]
    if own is None or floor is None or not enough or not tried:
        return False
    return not any(shows_something(record, score, floor[1], judged_samples(record)) for score in (own, *tried))


def _learns(evidence: Evidence, record: SubsetRecord) -> bool:
    """Whether it is not the training itself that does nothing."""
    line, batch = trend(record.losses), judged(evidence)
    return (line is not None and line.falls) or (batch is not None and batch.word == BATCH_LEARNT)


def _as_slow(record: SubsetRecord, permuted: SubsetRecord) -> bool:
    """Whether the loss is about as high as on permuted targets, on average over the updates that both made.

    Both begin with the same weights, so that they begin at the same loss but for the scatter of batches.
    """
    own, other = record.losses, permuted.losses
    if record.updates == len(own) and permuted.updates == len(other):  # neither is thinned
        own, other = own[: len(other)], other[: len(own)]
    if min(len(own), len(other)) <= _FIRST:
        return False
    start = fmean((*own[:_FIRST], *other[:_FIRST]))
    allowed = max((ALIKE - 1) * (start - fmean(other)), FLAT * abs(start))
    return fmean(own) >= fmean(other) - allowed


def _codes(evidence: Evidence) -> bool:
    """Whether all that enters the model are whole numbers, as token ids are; True where nothing is known of it."""
    entered = [card for batch in evidence.batch if batch.source == "model input" for card in batch.tensors]
    drawn = [card for batch in evidence.batch if batch.source in ("loader", "loop item") for card in batch.tensors]
    return all("int" in card.dtype for card in entered or drawn)
