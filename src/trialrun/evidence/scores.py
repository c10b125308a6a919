"""What the scores of a training on a part of the data say, within their noise."""

from __future__ import annotations

import math

from trialrun.evidence.rehearsal import Evidence
from trialrun.evidence.subset import EpochScore, SubsetRecord

ACCURACY, SQUARED_ERROR = "accuracy", "mean squared error"
TRIVIAL = ("majority", "mean")  # the baselines that do not look at the inputs
LEARNT = ("linear", "nearest neighbour")  # those that do

SIGMAS = 3.0  # standard errors that a difference must exceed
LEAST_EXPLAINED = 0.05  # of the variance of the targets
# Variance of squared errors over their squared mean: 2 for normal errors; errors of real tables have longer tails.
_TAILS = 8.0

_SATURATING = frozenset({"Sigmoid", "Tanh", "Softsign", "LogSigmoid", "Hardtanh", "Hardsigmoid"})
_SATURATING_FUNCTIONS = frozenset({"sigmoid", "tanh"})
DEEP = 3  # saturating layers

# Losses whose best prediction is the likeliest class, and those whose best prediction is the mean or near to it. A
# quantile or a ranking loss wants something else, and no baseline here tells how good it is.
_OF_ACCURACY = frozenset(
    {"cross_entropy", "nll_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits", "multi_margin_loss"}
)
_OF_SQUARED_ERROR = frozenset({"mse_loss", "smooth_l1_loss", "huber_loss", "l1_loss"})


def evaluations(record: SubsetRecord) -> list[EpochScore]:
    """The scores of the evaluation loop that counts, in order."""
    scored = [score for score in record.scores if score.phase == "evaluation" and score.score is not None]
    return [score for score in scored if record.evaluated_at is None or score.where in (None, record.evaluated_at)]


def trainings(record: SubsetRecord) -> list[EpochScore]:
    """The scores of the passes over the training part, in order."""
    return [score for score in record.scores if score.phase == "training" and score.score is not None]


def best(record: SubsetRecord, scores: list[EpochScore]) -> float | None:
    """The best of ``scores``."""
    values = [score.score for score in scores if score.score is not None]
    if not values:
        return None
    return max(values) if record.metric == ACCURACY else min(values)


def trivial(record: SubsetRecord) -> tuple[str, float] | None:
    """The baseline that does not look at the inputs: its name and its score."""
    return next(((name, record.baselines[name]) for name in TRIVIAL if name in record.baselines), None)


def strongest(record: SubsetRecord) -> tuple[str, float] | None:
    """The best baseline: its name and its score."""
    given = sorted(record.baselines.items(), key=lambda item: item[1], reverse=record.metric == ACCURACY)
    return given[0] if given else None


def noise(record: SubsetRecord, score: float, samples: int) -> float:
    """One standard error of ``score`` over ``samples``: binomial for an accuracy.

    A squared error has the one of a mean of squares.
    """
    if samples <= 0:
        return math.inf
    if record.metric == ACCURACY:
        # At 0 and at 1 the binomial formula gives none; one sample more that is right and one that is wrong do.
        share = (score * samples + 1) / (samples + 2)
        return math.sqrt(share * (1 - share) / samples)
    return abs(score) * math.sqrt(_TAILS / samples)


def clearly_better(record: SubsetRecord, score: float, other: float, samples: int) -> bool:
    """Whether ``score`` beats ``other``, both over ``samples``, by more than the noise of the two."""
    gain = score - other if record.metric == ACCURACY else other - score
    return gain > SIGMAS * math.hypot(noise(record, score, samples), noise(record, other, samples))


def least_gain(record: SubsetRecord, floor: float, samples: int) -> float:
    """What a score must gain on guessing's ``floor`` before it shows a relation, weak though it be.

    Three binomial standard errors of an accuracy. Squared errors on the same samples differ by far less than each of
    them is uncertain: ``LEAST_EXPLAINED`` of the variance.
    """
    return SIGMAS * noise(record, floor, samples) if record.metric == ACCURACY else LEAST_EXPLAINED * floor


def shows_something(record: SubsetRecord, score: float, floor: float, samples: int) -> bool:
    """Whether ``score`` may be more than guessing; to be asked before it is said that there is no relation."""
    gain = score - floor if record.metric == ACCURACY else floor - score
    return gain > least_gain(record, floor, samples)


def judged_samples(record: SubsetRecord) -> int:
    """Evaluation samples that both the program and the baselines were scored on, at least."""
    seen = [score.samples for score in evaluations(record)]
    return min([*seen, record.baseline_samples]) if seen else 0


def inputs_tell(record: SubsetRecord) -> bool:
    """Whether a linear model or the nearest neighbour finds something of the targets in the inputs."""
    floor = trivial(record)
    return floor is not None and any(
        clearly_better(record, record.baselines[name], floor[1], record.baseline_samples)
        for name in LEARNT
        if name in record.baselines
    )


def unsupervised(evidence: Evidence, record: SubsetRecord) -> str:
    """Why the scores of this program cannot be held against baselines; "" where they can.

    One known loss against targets, and one optimiser: two players, tasks or losses pull against each other.
    """
    calls = [call for call in evidence.loss if call.training]
    if record.metric not in (ACCURACY, SQUARED_ERROR):
        return "no score of the program is known that baselines can be held against"
    wanted = _OF_ACCURACY if record.metric == ACCURACY else _OF_SQUARED_ERROR
    if not calls or any(call.function not in wanted for call in calls):
        return f"the training loss is none that {record.metric} is a measure of"
    if len({call.where for call in calls}) > 1 or any(call.terms > 1 for call in calls):
        return "the program trains on several losses"
    if any(call.reaches_input for call in calls):
        return "the program computes gradients of its inputs, so that they are no plain samples"
    if all(_within_batch(call.input_shape) for call in calls):
        return "the classes are the samples of a batch: a contrastive loss"
    if any(update.loss is not None and update.loss < 0 for update in evidence.update):
        return "the loss is maximised, or has no bound below"
    if len([optimiser for optimiser in evidence.optimiser if optimiser.steps]) > 1:
        return "several optimisers train"
    return ""


def sits_still(evidence: Evidence) -> bool:
    """Whether saturating activations stand one behind the other: such networks rest on plateaus, and learn later."""
    rows = [row for row in evidence.layer if row.cls in _SATURATING]
    places = {record.where for record in evidence.activation if record.function in _SATURATING_FUNCTIONS}
    return max(len(rows), len(places)) >= DEEP


def _within_batch(shape: tuple[int, ...] | None) -> bool:
    """Whether logits (N, N) compare the samples of a batch with each other."""
    return shape is not None and len(shape) == 2 and shape[0] == shape[1] and shape[0] > 2
