"""What the losses of repeats are taken for: on curves of known shape, each right reading and each false alarm."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from trialrun.evidence import Evidence
from trialrun.evidence.model import OptimiserRecord, UpdateRecord
from trialrun.evidence.overfit_verdict import Verdict, judged, reached_floor, verdict
from trialrun.evidence.place import Where
from trialrun.evidence.repeats import OverfitRecord
from trialrun.evidence.tensors import LossCall

RECORD = OverfitRecord(
    "ran",
    floor=0.0,
    nonlinear=True,
    parameters=100_000,
    targets=64,
    tied_share=0.0,
    one_output=False,
    budget_steps=300,
    learning_rates=(0.1,),
)


def curve(loss: Callable[[int], float], repeats: int = 300) -> tuple[float, ...]:
    return tuple(loss(step) for step in range(repeats))


def seen(losses: tuple[float, ...], **changes: Any) -> Verdict:
    return verdict(replace(RECORD, losses=losses, **changes))


def plateau(step: int) -> float:
    """From 2.33 to the entropy of the labels, where it stays: what a model does whose inputs tell it nothing."""
    return 2.24 + 0.09 * 0.8**step


def accuracies(first: float, last: float, repeats: int = 300) -> tuple[float, ...]:
    return tuple(first + (last - first) * step / (repeats - 1) for step in range(repeats))


# Reaching the floor


@pytest.mark.parametrize("floor", [0.0, 0.5, -1.0])
def test_the_floor_is_reached_within_a_hundredth_of_the_way(floor: float) -> None:
    way = [floor + 2.0, floor + 0.5, floor + 0.03]
    assert not reached_floor(way, (), floor)
    assert reached_floor([*way, floor + 0.019], (), floor)


def test_the_best_of_the_last_three_counts() -> None:
    assert reached_floor([2.0, 0.01, 0.1, 0.2], (), 0.0)
    assert not reached_floor([2.0, 0.01, 0.1, 0.2, 0.3], (), 0.0)
    assert not reached_floor([2.0, math.nan, math.inf, math.nan], (), 0.0)


def test_a_loss_that_began_low_is_at_its_floor_once_every_class_is_right() -> None:
    assert reached_floor([0.05, 0.009], (0.9, 1.0), 0.0)
    assert not reached_floor([0.05, 0.009], (0.9, 0.99), 0.0)
    assert not reached_floor([0.05, 0.009], (), 0.0)
    assert not reached_floor([0.5, 0.02], (0.9, 1.0), 0.0)


def test_without_a_known_floor_a_loss_must_settle_near_nought() -> None:
    assert reached_floor([2.0, *[0.01] * 10], (), None)
    assert not reached_floor([2.0, *[0.01] * 9], (), None)
    through = [2.0 - 0.05 * step for step in range(100)]  # a likelihood on its way below 0
    assert not any(reached_floor(through[:count], (), None) for count in range(len(through)))


def test_a_loss_below_its_floor_shows_that_it_is_none() -> None:
    assert not reached_floor([2.0, 0.3], (), 0.5)
    assert reached_floor([2.0, 0.4999], (), 0.5)


def test_nothing_is_reached_without_a_finite_loss() -> None:
    assert not reached_floor([], (), 0.0)
    assert not reached_floor([math.nan, 0.0], (), 0.0)


# Learnt


def test_learnt_to_the_floor() -> None:
    given = seen(curve(lambda step: 2.3 * 0.9**step, 60))
    assert given == Verdict("learnt", "The loss fell from 2.3 to 0.0223 in 44 steps, to its floor of 0.")


def test_learnt_to_the_entropy_of_soft_targets() -> None:
    assert seen(curve(lambda step: 0.61 + 1.7 * 0.95**step), floor=0.61).word == "learnt"


def test_nothing_left_to_learn() -> None:
    given = seen((0.004, 0.003), accuracy=(1.0, 1.0))
    assert given.word == "learnt"
    assert "before any repeat" in given.sentence


def test_learnt_most_of_the_way() -> None:
    given = seen(curve(lambda step: 0.1 + 2.2 * 0.97**step))
    assert given == Verdict(
        "learnt", "The loss fell from 2.3 to 0.1008 in 299 steps, 96 % of the way to its floor of 0."
    )


def test_learnt_without_a_known_floor_says_what_was_reached() -> None:
    given = seen(curve(lambda step: 40 + 500 * 0.97**step), floor=None)
    assert given.word == "learnt"
    assert given.sentence.endswith("93 % of the way to 0, below which it was not seen.")


def test_learnt_though_its_last_repeats_leave_the_floor_again() -> None:
    """The root of a squared error has no gradient at 0 and can end as NaN once everything is learnt."""
    assert seen((*curve(lambda step: 2.0 * 0.9**step, 60), math.nan)).word == "learnt"


def test_every_class_right_is_learnt_wherever_the_loss_stays() -> None:
    """Softmax before cross-entropy: the loss cannot fall below 1.46 on ten classes."""
    given = seen(curve(lambda step: 1.461 + 0.84 * 0.95**step), accuracy=accuracies(0.1, 1.0))
    assert given.word == "no verdict"  # right only at the last repeat
    right = (*accuracies(0.1, 1.0, 100), *[1.0] * 200)
    given = seen(curve(lambda step: 1.461 + 0.84 * 0.95**step), accuracy=right)
    assert given.word == "learnt"
    assert "the loss is 1.461, its floor 0" in given.sentence


def test_a_long_fall_to_mere_guessing_is_not_learnt_in_full() -> None:
    """Pixels of 0..255: the loss falls from 35 to 2.24, and every class is guessed."""
    losses = curve(lambda step: 2.24 + 33 * 0.5**step)
    assert seen(losses, accuracy=accuracies(0.1, 0.17)).word == "no verdict"


# Learning


def test_still_falling() -> None:
    given = seen(curve(lambda step: 2.3 * math.exp(-step / 400)))
    assert given.word == "learning"
    assert "about 1,500 steps more would reach it" in given.sentence  # 400 ln 100 - 300


def test_still_falling_and_swinging() -> None:
    noise = random.Random(0)
    losses = curve(lambda step: 2.3 * math.exp(-step / 400) + noise.uniform(-0.05, 0.05))
    assert seen(losses).word == "learning"


def test_a_likelihood_that_falls_below_nought_is_learning_as_long_as_it_falls() -> None:
    given = seen(curve(lambda step: 1.0 - 0.02 * step), floor=None)
    assert given.word == "learning"
    assert "floor" not in given.sentence
    assert seen(curve(lambda step: -3 + 0.1 * 0.9**step), floor=None).word == "no verdict"


def test_a_likelihood_that_has_come_to_rest_far_below_nought_has_learnt_something() -> None:
    given = seen(curve(lambda step: -3 + 4 * 0.9**step), floor=None)
    assert given.word == "learning"
    assert "not known" in given.sentence
    assert seen(curve(lambda step: 3 - 4 * 0.9**step), floor=None).word == "no verdict"


def test_a_loss_below_its_floor_is_judged_as_one_without() -> None:
    assert seen(curve(lambda step: 1.0 - 0.02 * step), floor=0.0).word == "learning"
    assert seen(curve(lambda step: -3 + 0.1 * 0.9**step), floor=0.0).word == "no verdict"


# Not learnt


def test_a_plateau_far_above_the_floor_is_not_learnt() -> None:
    assert seen(curve(plateau)) == Verdict(
        "not learnt",
        "The loss was 2.33 at first, 2.24 at best in 299 steps and 2.24 at the end, far above its floor of 0.",
    )
    assert seen(curve(plateau), accuracy=accuracies(0.1, 0.17)).word == "not learnt"


def test_a_loss_that_does_not_move_is_not_learnt() -> None:
    given = seen(curve(lambda step: 2.3))
    assert given.word == "not learnt"
    assert "never below that" in given.sentence


def test_a_loss_thrown_about_by_its_rate_is_not_learnt() -> None:
    noise = random.Random(0)
    assert seen(curve(lambda step: 2.3 + noise.uniform(-0.4, 0.6))).word == "not learnt"


@pytest.mark.parametrize("last", [math.nan, math.inf])
def test_a_loss_that_stops_being_finite_is_not_learnt(last: float) -> None:
    given = seen((2.3, 2.4, 90.0, last))
    assert given == Verdict("not learnt", f"The loss went from 2.3 to {last} in 3 steps, away from its floor of 0.")
    assert seen((2.3, 2.4, 90.0, last), nonlinear=False, parameters=1).word == "not learnt"


def test_a_loss_that_falls_without_end_is_not_being_learnt() -> None:
    assert seen(curve(lambda step: -1.5 - 0.2 * step**3), floor=None).word == "no verdict"
    assert seen(curve(lambda step: -1.5 - 0.2 * step), floor=None).word == "learning"


def test_one_output_for_all_samples_is_no_excuse() -> None:
    assert seen(curve(plateau), tied_share=1.0, one_output=True).word == "not learnt"
    assert seen(curve(plateau), tied_share=1.0, one_output=False).word == "no verdict"
    assert seen(curve(plateau), tied_share=0.01).word == "not learnt"


def test_a_loss_that_rises_for_good_is_not_learnt() -> None:
    assert seen(curve(lambda step: 2.3 + 0.05 * step)).word == "not learnt"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"floor": None}, "the least it can reach is not known"),
        ({"nonlinear": False}, "the model is linear in its weights, sigmoids and softmaxes aside"),
        ({"nonlinear": None}, "the model may be a linear one"),
        ({"parameters": 639}, "639 weights need not be enough for 64 targets"),
        ({"targets": 0}, "need not be enough"),
        ({"targets": 50_176, "parameters": 2_600_000}, "a bottleneck may forbid to keep 50,176 target values"),
        ({"tied_share": 0.4}, "40 % of the targets stand at an output that another target stands at too"),
        ({"tied_share": None}, "equal outputs for different targets could not be seen"),
        ({"budget_steps": 1000}, "300 repeats are too few to tell"),
        ({"accuracy": accuracies(0.1, 0.6)}, "60 % of the classes came out right (10 % at first)"),
    ],
    ids=str,
)
def test_a_plateau_that_may_be_right_has_no_verdict(change: dict[str, Any], why: str) -> None:
    given = seen(curve(plateau), **change)
    assert given.word == "no verdict"
    assert why in given.sentence


def test_dense_classes_are_no_bottleneck() -> None:
    """A segmentation has a class for every pixel, and a net that is large enough keeps them."""
    dense = {"targets": 50_176, "parameters": 2_600_000, "accuracy": accuracies(0.1, 0.12)}
    assert seen(curve(plateau), **dense).word == "not learnt"


def test_a_short_plateau_has_no_verdict() -> None:
    assert seen(curve(plateau, 150), budget_steps=150).word == "no verdict"
    assert "too few to tell" in seen(curve(plateau, 10)).sentence


def test_more_than_half_of_the_way_is_not_nothing() -> None:
    assert seen(curve(lambda step: 1.0 + 1.3 * 0.9**step)).word == "no verdict"


@pytest.mark.parametrize(
    "loss",
    [
        lambda step: 2.3 - 2e-5 * step,  # a rate far too low
        lambda step: 2.2 + 0.1 / math.sqrt(1 + step),  # a fall that slows down, but never ends
        lambda step: 2.301 + 0.03 * 0.9**step - 1e-5 * math.exp(step / 60),  # saturating layers that begin to move
    ],
)
def test_what_creeps_is_slow_and_not_stuck(loss: Callable[[int], float]) -> None:
    given = seen(curve(loss))
    assert given.word == "no verdict"
    assert "falls steadily, but too slowly" in given.sentence


def test_what_single_precision_cannot_tell_is_no_fall() -> None:
    assert seen(curve(lambda step: 2.3 - 1e-9 * step)).word == "not learnt"


def test_a_start_near_the_floor_leaves_little_to_learn() -> None:
    """Fine-tuning begins with nearly every class right, and a large rate first spoils that."""
    began = accuracies(0.98, 0.9)
    assert seen(curve(lambda step: 0.05 + 0.001 * step), accuracy=began).word == "no verdict"
    assert seen(curve(lambda step: 0.05), accuracy=began).word == "no verdict"
    assert seen((0.05, 0.2, math.nan), accuracy=(0.98, 0.9, 0.1)).word == "no verdict"


def test_a_loss_that_comes_down_again_has_no_verdict() -> None:
    """An adaptive rate overshoots with its first steps."""
    given = seen(curve(lambda step: 2.3 + 30 * (step > 0) * math.exp(-step / 150)))
    assert given.word == "no verdict"
    assert "coming down again" in given.sentence


def test_a_loss_that_had_fallen_before_it_blew_up_has_no_verdict() -> None:
    given = seen((*curve(lambda step: 2.3 - 0.02 * step, 100), math.nan))
    assert given.word == "no verdict"
    assert "after it had fallen to 0.32" in given.sentence


def test_without_a_floor_nothing_has_left_for_good() -> None:
    """A density may grow without end on a frozen batch."""
    assert seen((1.0, -5.0, -90.0, math.nan), floor=None).word == "no verdict"
    assert seen(curve(lambda step: 2.3 + 0.05 * step), floor=None).word == "no verdict"


# What never ran


def test_what_was_not_run_keeps_its_reason() -> None:
    assert verdict(OverfitRecord("skipped", "The batches differ.")) == Verdict("no verdict", "The batches differ.")
    assert verdict(OverfitRecord("broken")).word == "no verdict"
    assert seen(()).word == "no verdict"
    assert seen((math.nan, 2.0)).word == "no verdict"


# What else was seen

STUCK = replace(RECORD, losses=curve(plateau))


def update(rate: float) -> UpdateRecord:
    return UpdateRecord(0, 0, None, (rate,), 2.3, 1.0, 0.1, 2)


def test_nothing_is_judged_without_a_record() -> None:
    assert judged(Evidence()) is None
    assert judged(Evidence(overfit=(STUCK,))) == verdict(STUCK)


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        ({"optimiser": tuple(OptimiserRecord(i, "Adam", None, 2, steps=3) for i in (0, 1))}, "2 optimisers step"),
        (
            {"loss": tuple(LossCall(0, "cross_entropy", Where("t.py", line), 2.0) for line in (3, 4))},
            "the loss is made of 2 parts",
        ),
        ({"update": (update(0.001),)}, "begins with a learning rate of 0.001 and warms up to the 0.1"),
        ({"update": (update(0.1), update(0.12))}, "raises its learning rate as it goes, to 0.12 within its first"),
    ],
    ids=["optimisers", "losses", "warm-up", "raised by hand"],
)
def test_what_else_may_be_why_takes_not_learnt_back(evidence: dict[str, Any], why: str) -> None:
    given = judged(Evidence(overfit=(STUCK,), **evidence))
    assert given is not None
    assert given.word == "no verdict"
    assert why in given.sentence


def test_what_is_no_reason_takes_nothing_back() -> None:
    where = Where("t.py", 3)
    evidence = Evidence(
        overfit=(STUCK,),
        optimiser=(OptimiserRecord(0, "Adam", None, 2, steps=3), OptimiserRecord(1, "Adam", None, 2, steps=0)),
        loss=(
            *[LossCall(0, "cross_entropy", where, 2.0)] * 4,  # one of each micro-batch
            LossCall(0, "cross_entropy", Where("t.py", 9), 2.0, training=False),
        ),
        update=(update(0.1),),
    )
    assert judged(evidence) == verdict(STUCK)
    learnt = replace(RECORD, losses=curve(lambda step: 2.3 * 0.9**step, 60))
    given = judged(Evidence(overfit=(learnt,), update=(update(0.001),)))
    assert given is not None
    assert given.word == "learnt"
