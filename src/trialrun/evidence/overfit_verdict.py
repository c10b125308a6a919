"""What repeating one update window came to: learnt, learning, not learnt, or nothing that can be said.

"Not learnt" is a claim of absence, so it needs every one of: a least loss that is known, a model that is not linear in
its weights and has many more of them than there are targets, enough repeats, and a loss that stayed far above that
least one (or left its start for good). Whatever else is so leads to "no verdict" and its reason.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from trialrun.evidence.loss_curve import SHORTEST, Curve, finite_part
from trialrun.evidence.overfit_words import counted, fell, number, percent, rounded
from trialrun.evidence.rehearsal import Evidence
from trialrun.evidence.repeats import OverfitRecord

LEARNT, LEARNING, NOT_LEARNT, NO_VERDICT = "learnt", "learning", "not learnt", "no verdict"

# All thresholds are this project's own choices, kept wide: a right program that is called "not learnt" is the worst
# that can happen here, and one bug that is passed over is still looked for by other checks.
RECENT = 3  # repeats; the best of these counts as reached, since a large momentum overshoots
SETTLED = 10  # repeats; without a known floor all of these stay near 0, else the loss may be on its way through it
AT_FLOOR = 0.01  # of the distance from the first loss to the floor
AT_FLOOR_NATS = 0.01  # a mean cross-entropy that leaves a right class 99 % of the probability
ALL_RIGHT = 0.999  # accuracy
MOST = 0.9  # of the distance: learnt, though not to the floor
SOME = 0.05  # of the distance: less is no sign of learning
CLEARLY = 0.005  # of the distance, from one quarter to the next: still falling
STUCK = 0.5  # of the distance that is left at best, and of the classes that were wrong
RISEN = 1.5  # times the distance at the start: left for good
NEAR_FLOOR_NATS = 0.1  # a cross-entropy that starts this near has little left to be learnt
NEAR_FLOOR = 1e-6  # of a loss of any other kind: what rounding leaves
BELOW_FLOOR = 1e-3  # a loss this far below the floor shows that it is none
ENOUGH_REPEATS = 200  # deep sigmoid layers sit still for a hundred before they move
ENOUGH_OF_BUDGET = 0.8  # of the planned repeats
WEIGHTS_PER_TARGET = 10  # a model this much larger than what it has to keep can keep it
DENSE_TARGETS = 4096  # numbers to be met at once: images to be rebuilt, more than a few values a sample
TIED = 0.02  # of the targets: fewer can hold back no more than a small part of the way
RISING = 1.001  # times the rate held: the program itself goes higher, though no schedule said so
WITHOUT_END = 1e4  # times the first loss, or 1: so far below 0 no likelihood of a whole batch falls
THROWN = 10.0  # times the loss before any update: what falls from there has learnt nothing yet
WARMING_UP = 0.5  # of the rate held: a program that itself begins below this warms up


@dataclass(frozen=True)
class Verdict:
    """A word for machines and a sentence for the reader."""

    word: str  # "learnt" | "learning" | "not learnt" | "no verdict"
    sentence: str


def reached_floor(losses: Sequence[float], accuracy: Sequence[float], floor: float | None) -> bool:
    """Whether there is nothing left to learn, so that repeats can end.

    Args:
        losses: of the repeats so far, oldest first.
        accuracy: share of right classes at each of them, 0..1; empty where it is not known.
        floor: the least this loss can reach; None: not known. Then 0 stands for it, as long as no loss is negative.
    """
    if not losses or not math.isfinite(losses[0]):
        return False
    first = losses[0]
    if floor is None:
        settled = losses[-SETTLED:]
        return first == 0 or (len(settled) == SETTLED and min(losses) >= 0 and max(settled) <= AT_FLOOR * first)
    best = min(finite_part(losses[-RECENT:]), default=math.inf)
    if best < floor - _slack(floor):
        return False
    right = bool(accuracy) and max(accuracy[-RECENT:]) >= ALL_RIGHT
    near = max(AT_FLOOR * (first - floor), NEAR_FLOOR * abs(floor))
    return best - floor <= (max(near, AT_FLOOR_NATS) if right else near)


def verdict(record: OverfitRecord) -> Verdict:
    """What the repeats of ``record`` show."""
    if record.outcome != "ran":
        reason = record.reason or f"The window could not be repeated ({record.outcome})."
        place = f". Drawn at {record.drawn_at}." if record.drawn_at and str(record.drawn_at) not in reason else ""
        return Verdict(NO_VERDICT, reason + place)
    if not record.losses:
        return Verdict(NO_VERDICT, "No repeat of the window ended in the time there was.")
    if not math.isfinite(record.losses[0]):
        return Verdict(NO_VERDICT, "The loss was not finite before the first repeat.")
    floor = _believed_floor(record)
    return _learnt(record, floor) or _left_for_good(record, floor) or _at_the_end(record, floor)


def judged(evidence: Evidence) -> Verdict | None:
    """The verdict on the window that ``evidence`` holds; None where none was repeated.

    "Not learnt" is taken back where something else that was seen may be why.
    """
    if not evidence.overfit:
        return None
    record = evidence.overfit[-1]
    given = verdict(record)
    thrown = _thrown_first(evidence, record) if given.word in (LEARNT, LEARNING) else ""
    if thrown:
        return Verdict(NO_VERDICT, thrown)
    excuse = _excuse(evidence, record) if given.word == NOT_LEARNT else ""
    return Verdict(NO_VERDICT, f"{given.sentence} But {excuse}.") if excuse else given


def _thrown_first(evidence: Evidence, record: OverfitRecord) -> str:
    """Whether the repeats only undid what the update before them had done to the loss; "" if not."""
    began = evidence.update[0].loss if evidence.update else None
    last = record.losses[-1]
    if began is None or began <= 0 or record.losses[0] <= THROWN * began or last < began:
        return ""
    return (
        f"The program's first update threw the loss from {number(began)} to {number(record.losses[0])}; it fell to "
        f"{number(last)} in {counted(len(record.losses) - 1)}, still above where the program began."
    )


def _excuse(evidence: Evidence, record: OverfitRecord) -> str:
    """What of the program can make a window that was not learnt right; "" for nothing."""
    stepped = [optimiser for optimiser in evidence.optimiser if optimiser.steps]
    if len(stepped) > 1:
        return f"{len(stepped)} optimisers step, which may work against each other"
    places = {call.where for call in evidence.loss if call.training and call.step == 0}
    if len(places) > 1:
        return f"the loss is made of {len(places)} parts, which may work against each other"
    own = evidence.update[0].learning_rates if evidence.update else ()
    if own and record.learning_rates and max(own) < WARMING_UP * max(record.learning_rates):
        return (
            f"the program begins with a learning rate of {number(max(own))} and warms up to the "
            f"{number(max(record.learning_rates))} that was held here"
        )
    highest = max((rate for update in evidence.update for rate in update.learning_rates), default=0.0)
    if record.learning_rates and highest > RISING * max(record.learning_rates):
        return (
            f"the program raises its learning rate as it goes, to {number(highest)} within its first updates, while "
            f"{number(max(record.learning_rates))} was held here"
        )
    return ""


def _learnt(record: OverfitRecord, floor: float | None) -> Verdict | None:
    """The verdict on a window that was learnt, in full or nearly so."""
    losses, accuracy = record.losses, record.accuracy
    least = _least(record, floor)
    for count in range(1, len(losses) + 1) if least is not None else ():
        if reached_floor(losses[:count], accuracy[:count], floor):
            return Verdict(LEARNT, _reached(record, count, floor))
    if not math.isfinite(losses[-1]):
        return None
    first, steps = losses[0], len(losses) - 1
    rest = median(finite_part(losses[-max(RECENT, len(losses) // 4) :]))
    # A wild start can fall a long way and end at nothing better than guessing: then only the classes tell.
    right = not accuracy or median(accuracy[-max(RECENT, len(losses) // 4) :]) >= MOST
    if least is not None and right and first - rest >= MOST * (first - least) > 0:
        to = "0, below which it was not seen" if floor is None else f"its floor of {number(floor)}"
        gone = percent((first - rest) / (first - least))
        return Verdict(LEARNT, f"{fell(first, rest, steps)}, {gone} of the way to {to}.")
    if len(accuracy) == len(losses) > RECENT and min(accuracy[-RECENT:]) >= ALL_RIGHT > accuracy[0]:
        above = "" if floor is None else f"; the loss is {number(rest)}, its floor {number(floor)}"
        began = f"{percent(accuracy[0])} at first"
        return Verdict(LEARNT, f"Every class of the batch was right after {counted(steps)} ({began}){above}.")
    return None


def _left_for_good(record: OverfitRecord, floor: float | None) -> Verdict | None:
    """The verdict on a loss that ended non-finite, or far above where it began."""
    losses = record.losses
    numbers = finite_part(losses)
    first, best = losses[0], min(numbers)
    if not math.isfinite(losses[-1]):
        steps = max(index for index, loss in enumerate(losses) if math.isfinite(loss)) + 1
        what = f"The loss went from {number(first)} to {losses[-1]} in {counted(steps)}"
    elif floor is None or len(numbers) < ENOUGH_REPEATS:
        return None
    else:
        curve = Curve(numbers)
        if min(curve.last_quarter) - floor <= RISEN * (first - floor):
            return None
        what = f"The loss rose from {number(first)} to {number(curve.rest)} in {counted(len(losses) - 1)}"
        if curve.falls(CLEARLY * (curve.medians[2] - floor)):
            return Verdict(NO_VERDICT, f"{what} and was coming down again when they ended.")
    if floor is None:
        return Verdict(NO_VERDICT, f"{what}. The least it can reach is not known, so that may be right.")
    if best - floor <= STUCK * (first - floor):
        return Verdict(NO_VERDICT, f"{what}, after it had fallen to {number(best)}: it learns, then is thrown off.")
    if _begins_near(record, floor):
        return Verdict(NO_VERDICT, f"{what}, but it began so near its floor that there was little to learn.")
    return Verdict(NOT_LEARNT, f"{what}, away from its floor of {number(floor)}.")


def _at_the_end(record: OverfitRecord, floor: float | None) -> Verdict:
    """The verdict on a window of which most is left: still falling, at rest, or too short to tell."""
    losses = finite_part(record.losses)
    first, best, steps = losses[0], min(losses), len(record.losses) - 1
    if len(losses) < SHORTEST:
        return Verdict(NO_VERDICT, f"{fell(first, losses[-1], steps)}: too few to tell.")
    curve = Curve(losses)
    least = _least(record, floor)
    # Without any bound the fall itself is the only measure there is.
    distance = first - least if least is not None else max(first - best, SOME * abs(first))
    way = fell(first, curve.rest, steps)
    if least is None and curve.rest < -WITHOUT_END * max(1.0, abs(first)):
        return Verdict(NO_VERDICT, f"{way}: nothing holds it from below, as where the sign of a loss is turned round.")
    if first - curve.rest >= SOME * distance > 0 and curve.falls(CLEARLY * distance):
        return Verdict(LEARNING, f"{way} and was still falling{_how_far(curve, first, floor)}.")
    if least is None and curve.rest < 0 and first - curve.rest >= STUCK * abs(first):
        return Verdict(LEARNING, f"{way}; it can go below 0, and the least it can reach is not known.")
    if distance > 0 and (curve.creeps(distance) or curve.gathers_pace()):
        return Verdict(NO_VERDICT, f"{way}: it falls steadily, but too slowly to get far in that time.")
    if floor is None:
        return Verdict(NO_VERDICT, f"{way}; the least it can reach is not known.")
    doubt = _doubt(record, floor, best)
    if doubt:
        return Verdict(NO_VERDICT, f"{way} and stayed above its floor of {number(floor)}, but {doubt}.")
    near = f"{number(best)} at best" if best < first else "never below that"
    return Verdict(
        NOT_LEARNT,
        f"The loss was {number(first)} at first, {near} in {counted(steps)} and {number(losses[-1])} at the end, "
        f"far above its floor of {number(floor)}.",
    )


def _doubt(record: OverfitRecord, floor: float, best: float) -> str:
    """Why a loss that stayed above its floor proves nothing; "" if it does."""
    first, accuracy, repeats = record.losses[0], record.accuracy, len(record.losses)
    if best - floor <= STUCK * (first - floor):
        return f"it had come more than half of the way ({number(best)} at best)"
    if accuracy and max(accuracy) - accuracy[0] >= STUCK * (1 - accuracy[0]):
        return f"{percent(max(accuracy))} of the classes came out right ({percent(accuracy[0])} at first)"
    if record.nonlinear is not True:
        linear = "the model is linear in its weights, sigmoids and softmaxes aside"
        return linear if record.nonlinear is False else "the model may be a linear one"
    if not 0 < WEIGHTS_PER_TARGET * record.targets <= record.parameters:
        return f"{record.parameters:,} weights need not be enough for {record.targets:,} targets"
    if not accuracy and record.targets > DENSE_TARGETS:
        return f"a bottleneck may forbid to keep {record.targets:,} target values"
    if record.tied_share is None:
        return "whether it gives equal outputs for different targets could not be seen"
    if record.tied_share >= TIED and not record.one_output:
        return (
            f"{percent(record.tied_share)} of the targets stand at an output that another target stands at too, as "
            "where equal inputs have different targets"
        )
    if repeats < ENOUGH_REPEATS or repeats < ENOUGH_OF_BUDGET * record.budget_steps:
        return f"{repeats:,} repeats are too few to tell"
    return "it began near that floor" if _begins_near(record, floor) else ""


def _begins_near(record: OverfitRecord, floor: float) -> bool:
    near = NEAR_FLOOR_NATS if record.accuracy else NEAR_FLOOR * (1 + abs(floor))
    return record.losses[0] - floor < near


def _believed_floor(record: OverfitRecord) -> float | None:
    """The floor, unless a loss was seen below it."""
    floor = record.floor
    if floor is None or not math.isfinite(floor) or min(finite_part(record.losses)) < floor - _slack(floor):
        return None
    return floor


def _least(record: OverfitRecord, floor: float | None) -> float | None:
    """The floor, or 0 where no loss was negative; None: nothing bounds it from below."""
    if floor is not None:
        return floor
    return 0.0 if min(finite_part(record.losses)) >= 0 else None


def _slack(floor: float) -> float:
    return BELOW_FLOOR * (1 + abs(floor))


def _reached(record: OverfitRecord, count: int, floor: float | None) -> str:
    """The sentence on a window that was learnt after ``count`` losses."""
    first, best = record.losses[0], min(finite_part(record.losses[max(0, count - RECENT) : count]))
    if count == 1:
        return f"The loss was {number(first)} before any repeat, at its floor: nothing was left to learn."
    if floor is None:
        return f"{fell(first, best, count - 1)}, to {percent(best / first)} of where it began."
    return f"{fell(first, best, count - 1)}, to its floor of {number(floor)}."


def _how_far(curve: Curve, first: float, floor: float | None) -> str:
    if floor is None:
        return ""
    gone = (first - curve.rest) / (first - floor)
    more = curve.repeats_to(floor + AT_FLOOR * (first - floor), floor)
    text = f", {percent(gone)} of the way to its floor of {number(floor)}"
    return text if more is None else f"{text}; about {counted(rounded(more))} more would reach it"
