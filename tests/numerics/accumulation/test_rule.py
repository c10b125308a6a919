"""The rule, on hand-made numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trialrun.evidence.numerics import Verdict
from trialrun.numerics.accumulation.rule import Distances, judge

RIGHT = Distances(full=1.0, terms=4.0, exact=1e-16, accumulated=9e-8, whole=8e-8, bitwise=False)


def test_right_code_is_rounding_and_equal_bits_are_bitwise() -> None:
    assert judge(RIGHT)[0] is Verdict.ROUNDING
    assert judge(replace(RIGHT, accumulated=8e-8, bitwise=True))[0] is Verdict.BITWISE


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_a_tenth_of_a_millionth_is_a_miss_at_any_scale(scale: float) -> None:
    found = Distances(scale, 4 * scale, 1e-7 * scale, 1.3e-7 * scale, 8e-8 * scale, bitwise=False)
    assert judge(found)[0] is Verdict.BUG
    assert judge(found, coupled=True)[0] is Verdict.COUPLED


def test_equal_bits_in_float32_do_not_excuse_a_miss_in_float64() -> None:
    assert judge(replace(RIGHT, exact=1e-8, bitwise=True))[0] is Verdict.BUG


def test_four_times_as_far_in_float32_is_too_far() -> None:
    assert judge(replace(RIGHT, accumulated=3.9 * RIGHT.whole, fair=8e-8))[0] is Verdict.ROUNDING
    verdict, note, _ = judge(replace(RIGHT, accumulated=1e4 * RIGHT.whole, fair=8e-8))
    assert verdict is Verdict.BUG
    assert "1e+04 times" in note


def test_where_the_right_weights_are_no_nearer_float32_is_too_coarse() -> None:
    verdict, note, _ = judge(replace(RIGHT, accumulated=50 * RIGHT.whole, fair=40 * RIGHT.whole))
    assert verdict is Verdict.INCONCLUSIVE
    assert "too coarse" in note


def test_autocast_in_the_loop_alone_is_no_mistake_and_not_judged() -> None:
    far = replace(RIGHT, accumulated=1e4 * RIGHT.whole, fair=8e-8, lower="linear gives bfloat16")
    verdict, note, advice = judge(far)
    assert verdict is Verdict.INCONCLUSIVE
    assert "linear gives bfloat16" in note
    assert "autocast" in advice
    assert judge(replace(far, exact=1e-3))[0] is Verdict.BUG


def test_an_exact_batch_gradient_does_not_make_one_rounding_a_mistake() -> None:
    assert judge(replace(RIGHT, whole=0.0, accumulated=3e-8))[0] is Verdict.ROUNDING


def test_gradients_that_cancel_are_not_judged() -> None:
    verdict, note, _ = judge(replace(RIGHT, full=1e-9, terms=4.0, exact=1e-16))
    assert verdict is Verdict.INCONCLUSIVE
    assert "cancel" in note
    assert judge(replace(RIGHT, full=1e-9, terms=4.0, exact=1e-9))[0] is Verdict.BUG


def test_float32_without_a_gradient_is_no_evidence() -> None:
    verdict, note, _ = judge(replace(RIGHT, accumulated=1.0, whole=1.0, bitwise=True))
    assert verdict is Verdict.INCONCLUSIVE
    assert "off by 1 of it" in note


def test_what_is_not_finite() -> None:
    assert judge(replace(RIGHT, exact=float("nan")))[0] is Verdict.BUG
    assert judge(replace(RIGHT, accumulated=float("nan"), fair=8e-8))[0] is Verdict.BUG
    assert judge(replace(RIGHT, accumulated=float("inf"), whole=float("inf")))[0] is Verdict.INCONCLUSIVE
