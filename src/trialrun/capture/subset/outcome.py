"""The record of a training on a part of the data, from the passes that were seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from trialrun.capture.subset import baselines
from trialrun.capture.subset.passes import EVALUATION, TRAINING, Pass
from trialrun.capture.subset.samples import Samples, overlap
from trialrun.capture.subset.scores import Scores
from trialrun.capture.subset.tallies import Tally
from trialrun.evidence.place import Where
from trialrun.evidence.subset import EpochScore, SubsetRecord

STRETCHES = 5  # as whose passes one endless pass is shown
MOST_SCORES = 64  # evaluations that are told of
MOST_LOSSES = 512


@dataclass(frozen=True)
class Part:
    """What is known of the data of the part."""

    kind: str  # of the SubsetRecord
    permuted: bool = False  # what simple methods make of such targets says nothing
    samples: int | None = None  # None: no loader was restricted
    share: float | None = None
    where: Where | None = None  # the training loop, as the loops tell it
    datasets: frozenset[int] = frozenset()  # ids of the data sets that loaders which train read


def record_of(scores: Scores, part: Part, seconds: float) -> SubsetRecord:
    """What was seen, with what simple methods reach on the same samples."""
    training = _site(scores.passes.all)
    if not training:
        return _without_scores(scores, part, seconds)
    names = _totals(training)
    name = max(names, key=lambda key: (names[key].classes > 0, names[key].compared > 0, names[key].samples))
    of_data = names[name].of_data
    metric = (
        ""
        if not of_data
        else "accuracy"
        if names[name].classes
        else "mean squared error"
        if names[name].compared
        else ""
    )
    evaluation = _judging(scores.passes.all, part, metric, name)
    known = training[0].samples or Samples()
    asked = next((each.samples for each in evaluation if each.samples is not None), None) or Samples()
    one_batch = known.is_one_batch
    passes = _passes(training)
    unique = len(set(known.prints))
    simple = baselines.Simple() if part.permuted else baselines.fitted(known, asked, metric)
    found = None if part.permuted else overlap(known, asked)
    if found is not None and part.samples is None and not one_batch:  # drawn at random, perhaps more than once
        found = replace(found, duplicated_in_training=0)
    return SubsetRecord(
        kind=part.kind,
        where=training[0].where,
        evaluated_at=evaluation[0].where if evaluation else None,
        metric=metric,
        share=1.0 if one_batch else part.share,
        samples=unique if part.samples is None else part.samples,
        epochs=_epochs(scores, training, names[name].samples, part, one_batch),
        updates=scores.passes.steps,
        scores=(
            *(_score(TRAINING, number, each, name, metric) for number, each in enumerate(passes)),
            *(
                _score(EVALUATION, _complete(passes, each[0].step, scores.passes.steps), each, name, metric)
                for each in _thinned([[one] for one in evaluation if one.step], MOST_SCORES)
            ),
        ),
        losses=tuple(_thinned(scores.losses, MOST_LOSSES)),
        baselines=simple.scores,
        baseline_samples=simple.samples,
        classes=names[name].classes if metric == "accuracy" else 0,
        nearness=simple.nearness,
        overlap=found,
        seconds=seconds,
    )


def _without_scores(scores: Scores, part: Part, seconds: float) -> SubsetRecord:
    """Of a program whose loss is none that is known: what its backwards told."""
    if not scores.losses:
        return SubsetRecord(part.kind, "skipped", "No loss was seen in training.", seconds=seconds)
    return SubsetRecord(
        kind=part.kind,
        where=part.where,
        share=part.share,
        samples=part.samples or 0,
        epochs=scores.passes.epoch,
        updates=scores.passes.steps,
        losses=tuple(_thinned(scores.losses, MOST_LOSSES)),
        seconds=seconds,
    )


def _metric(total: Tally) -> str:
    if not total.of_data or not total.compared:
        return ""
    return "accuracy" if total.classes else "mean squared error"


def _site(passes: Sequence[Pass]) -> list[Pass]:
    """Those of the training loop that saw most samples; gradients that no update used (timed, measured) are none."""
    sites: dict[Where | None, list[Pass]] = defaultdict(list)
    for each in passes:
        if each.phase == TRAINING:
            sites[each.where].append(each)
    used = [found for found in sites.values() if any(each.updates for each in found)]
    return max(used or sites.values(), key=lambda found: sum(t.samples for t in _totals(found).values()), default=[])


def _judging(passes: Sequence[Pass], part: Part, metric: str, name: str) -> list[Pass]:
    """The evaluations whose scores count: not of the data set that trains, made most often, of most samples."""
    groups: dict[object, list[Pass]] = defaultdict(list)
    for each in passes:
        if each.phase != EVALUATION or _tally(each, name, metric) is None:
            continue
        running = each.loop is None and each.group[1] in part.datasets  # on batches of training, as training goes on
        if not running:
            groups[each.group].append(each)

    def rank(found: list[Pass]) -> tuple[bool, int, int]:
        reads = found[0].group[1]
        return reads not in part.datasets, len(found), sum(t.samples for t in _totals(found).values())

    return max(groups.values(), key=rank, default=[])


def _passes(training: Sequence[Pass]) -> list[list[Pass]]:
    """Stretches of the same entry of the loop are one pass; a single entry is shown as a few passes."""
    entries: dict[int, list[Pass]] = defaultdict(list)
    for each in training:
        entries[id(each.loop)].append(each)
    if len(entries) > 1 or len(training) == 1:
        return list(entries.values())
    size = -(-len(training) // STRETCHES)
    return [list(training[begin : begin + size]) for begin in range(0, len(training), size)]


def _complete(passes: Sequence[Sequence[Pass]], step: int, steps: int) -> int:
    """How many of ``passes`` were over after ``step`` updates."""
    ends = [each[0].step for each in passes[1:]] + [steps]
    return sum(0 < end <= step for end in ends)


def _epochs(scores: Scores, training: Sequence[Pass], seen: int, part: Part, one_batch: bool) -> int:
    entries = len({id(each.loop) for each in training})
    if one_batch:
        return scores.passes.steps
    if entries == 1 and part.samples:
        return seen // part.samples
    return entries


def _score(phase: str, epoch: int, passes: Sequence[Pass], name: str, metric: str) -> EpochScore:
    total = Tally()
    for each in passes:
        found = _tally(each, name, metric)
        if found is not None:
            total.merge(found)
    losses = [each.tallies[name] for each in passes if name in each.tallies]
    samples = sum(tally.samples for tally in losses)
    reached = total.right if metric == "accuracy" else total.squares
    return EpochScore(
        phase=phase,
        epoch=epoch,
        samples=total.samples,
        loss=sum(tally.loss for tally in losses) / samples if samples else None,
        score=reached / total.compared if total.compared else None,
        where=passes[0].where,
    )


def _tally(each: Pass, name: str, metric: str) -> Tally | None:
    """The sums of ``each`` that give the metric: those of the loss ``name``, else of another or of a comparison."""
    own = each.tallies.get(name)
    if own is not None and (own.compared or not metric):
        return own
    for tally in each.tallies.values():
        if tally.compared and (tally.classes > 0) == (metric == "accuracy"):
            return tally
    return own


def _totals(passes: Sequence[Pass]) -> dict[str, Tally]:
    totals: dict[str, Tally] = {}
    for each in passes:
        for name, tally in each.tallies.items():
            totals.setdefault(name, Tally()).merge(tally)
    return totals


def _thinned(values: list, most: int) -> list:  # type: ignore[type-arg]
    """At most ``most`` of ``values`` at a regular distance, the last one included."""
    if len(values) <= most:
        return values
    return [values[round(index * (len(values) - 1) / (most - 1))] for index in range(most)]
