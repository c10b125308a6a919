"""Mistakes named from weights made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trialrun.numerics.accumulation.diagnosis import Weighing, clipped_to, diagnose

Weights = tuple[float, ...]

EVEN = (0.25,) * 4
SIZES = (6,) * 4
TAIL = (6, 6, 6, 3)
TAIL_RIGHT = tuple(size / 21 for size in TAIL)
TOKENS = (0.1, 0.4, 0.3, 0.2)
ONES = (1.0,) * 4


@pytest.mark.parametrize(
    ("implied", "right", "sizes", "basis", "name"),
    [
        (ONES, EVEN, SIZES, "samples", "missing 1/k"),
        ((1 / 3,) * 4, EVEN, SIZES, "samples", "off by one"),
        ((0.2,) * 4, EVEN, SIZES, "samples", "off by one"),
        ((0.125,) * 4, EVEN, SIZES, "samples", "another divisor"),
        ((1 / 16,) * 4, EVEN, SIZES, "samples", "divided twice"),
        ((6.0,) * 4, EVEN, SIZES, "samples", "sum instead of mean"),
        ((1.5,) * 4, EVEN, SIZES, "samples", "sum instead of mean"),
        (tuple(map(float, TAIL)), TAIL_RIGHT, TAIL, "samples", "sum instead of mean"),
        ((16384.0,) * 4, EVEN, SIZES, "samples", "not unscaled"),
        ((0.0713,) * 4, EVEN, SIZES, "samples", "scaled"),
        (EVEN, ONES, SIZES, "sum", "mean of sums"),
        (EVEN, TAIL_RIGHT, TAIL, "samples", "ragged tail"),
        (ONES, TAIL_RIGHT, TAIL, "samples", "ragged tail"),
        (EVEN, TOKENS, SIZES, "own", "mean of means"),
        (ONES, TOKENS, SIZES, "own", "mean of means"),
        (TAIL_RIGHT, TOKENS, TAIL, "own", "weighed by samples"),
        ((0.25, 0.25, 0.25, 0.0), EVEN, SIZES, "samples", "lost tail"),
        ((1.0, 1.0, 0.0, 0.0), EVEN, SIZES, "samples", "lost tail"),
        ((0.25, 0.0, 0.25, 0.0), EVEN, SIZES, "samples", "lost micro-batches"),
        ((0.0, 0.0, 0.0, 0.25), EVEN, SIZES, "samples", "zero_grad inside the window"),
        ((0.0, 0.0, 0.25, 0.25), EVEN, SIZES, "samples", "zero_grad inside the window"),
        ((0.0,) * 4, EVEN, SIZES, "samples", "all cleared"),
        ((1.0, 0.25, 0.25, 0.25), EVEN, SIZES, "samples", "one micro-batch"),
        ((1 / 256, 1 / 64, 1 / 16, 1 / 4), EVEN, SIZES, "samples", "scaled in place"),
        ((0.3, 0.1, 0.7, 0.2), EVEN, SIZES, "samples", "wrong weights"),
        (EVEN, EVEN, SIZES, "samples", "low precision"),
    ],
)
def test_named(implied: Weights, right: Weights, sizes: tuple[int, ...], basis: str, name: str) -> None:
    cause = diagnose(Weighing(implied, right, sizes, basis, (True,) * 4, residual=1e-15))
    assert cause.name == name
    assert cause.told
    assert cause.fix


def test_both_mistakes_of_one_loop_are_told() -> None:
    told = diagnose(Weighing(ONES, TOKENS, SIZES, "own", (True,) * 4, 1e-15)).told
    assert "each weighs 1, not 1/4" in told
    told = diagnose(Weighing((1.0, 1.0, 1.0, 0.0), EVEN, SIZES, "samples", (True,) * 4, 1e-15)).told
    assert "the others are off besides" in told
    told = diagnose(Weighing((0.25, 0.25, 0.25, 0.0), EVEN, SIZES, "samples", (True,) * 4, 1e-15)).told
    assert "besides" not in told


def test_what_no_weights_explain_is_not_explained_by_weights() -> None:
    found = Weighing(ONES, EVEN, SIZES, "samples", (True,) * 4, residual=0.2)
    assert diagnose(found).name == "unexplained"
    assert "0.2" in diagnose(found).told
    assert diagnose(replace(found, residual=0.0, unique=False)).name == "ambiguous"
    assert diagnose(replace(found, residual=0.0, basis="")).name == "shared term"


def test_a_limit_is_a_number_of_two_digits() -> None:
    assert clipped_to(0.9999995) == 1.0
    assert clipped_to(0.2499995) == 0.25
    assert clipped_to(5.0) == 5.0
    assert clipped_to(0.9997) is None
    assert clipped_to(0.1234) is None
    assert clipped_to(1.234e-6) is None
    assert clipped_to(0.0) is None
    assert clipped_to(float("inf")) is None


def test_a_micro_batch_without_gradient_is_no_lost_one() -> None:
    live = (True, True, False, True)
    assert diagnose(Weighing((1.0, 1.0, 0.0, 1.0), EVEN, SIZES, "samples", live, 0.0)).name == "missing 1/k"
