"""The shape of a loss curve."""

from __future__ import annotations

import math
import random

from trialrun.evidence.loss_curve import Curve, finite_part


def test_medians_are_those_of_quarters() -> None:
    curve = Curve(tuple(float(step) for step in range(20)))
    assert curve.medians == (2.0, 7.0, 12.0, 17.0)
    assert curve.rest == 17.0
    assert curve.last_quarter == (15.0, 16.0, 17.0, 18.0, 19.0)
    assert curve.swing == 1.0


def test_a_fall_is_more_than_the_swings() -> None:
    """A loss that is thrown to and fro by two, one lower on one side at its end, has not fallen."""
    assert not Curve(tuple(float(step % 2) * 2 - (step > 60) for step in range(80))).falls(0.0)
    assert Curve(tuple(float(step % 2) * 2 - 6 * (step >= 60) for step in range(80))).falls(0.0)
    assert not Curve(tuple(float(step % 2) * 2 - 6 * (step >= 60) for step in range(80))).falls(7.0)


def test_noise_neither_falls_nor_creeps() -> None:
    for seed in range(50):
        noise = random.Random(seed)
        curve = Curve(tuple(noise.gauss(2.3, 0.1) for _ in range(200)))
        assert not curve.falls(0.0)
        assert not curve.creeps(2.3)
        assert not curve.gathers_pace()


def test_what_ends_at_a_level_does_not_creep() -> None:
    assert not Curve(tuple(2 + 0.9**step for step in range(200))).creeps(3.0)
    assert Curve(tuple(2 - 1e-5 * step for step in range(200))).creeps(2.0)
    assert not Curve(tuple(2 - 1e-7 * step for step in range(200))).creeps(2.0)


def test_only_what_falls_ever_faster_gathers_pace() -> None:
    assert Curve(tuple(2 - 1e-5 * math.exp(step / 50) for step in range(200))).gathers_pace()
    assert not Curve(tuple(2 + 0.9**step for step in range(200))).gathers_pace()
    assert not Curve((2.0,) * 200).gathers_pace()


def test_how_far_it_is_follows_an_exponential_exactly() -> None:
    curve = Curve(tuple(0.5 + math.exp(-step / 100) for step in range(200)))
    assert curve.repeats_to(0.5 + math.exp(-5), 0.5) in range(295, 306)
    assert curve.repeats_to(0.5 + math.exp(-100), 0.5) is None  # too far to tell
    assert Curve((2.0,) * 200).repeats_to(0.1, 0.0) is None


def test_only_numbers_are_a_part_of_it() -> None:
    assert finite_part([1.0, math.nan, math.inf, 2.0, -math.inf]) == (1.0, 2.0)
