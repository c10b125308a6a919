"""Distances between rows, by numbers that can be checked by hand."""

from __future__ import annotations

import math

import pytest
import torch

from trialrun.experiments.batch_measures import Yardstick, compare, equal_bits, yardstick

EPS = 2.0**-23


def test_equal_rows() -> None:
    one = torch.randn(3, 4)
    found = compare(one, one.clone(), one.double())
    assert (found.frac_samples_bitwise, found.frac_elements_bitwise, found.max_abs) == (1.0, 1.0, 0.0)
    assert (found.ulp_at_row_max, found.argmax_flips, found.kl, found.err_path) == (0.0, 0, 0.0, 0.0)


def test_one_last_place_of_a_small_number_is_little_at_the_rows_maximum() -> None:
    one = torch.tensor([[1.0, 1024.0], [1.0, 2.0]])
    other = one.clone()
    other[0, 0] += EPS
    found = compare(other, one, one.double())
    assert found.frac_samples_bitwise == 0.5 and found.frac_elements_bitwise == 0.75
    assert found.ulp_max == 1.0
    assert found.ulp_at_row_max == pytest.approx(1 / 1024)
    assert found.worst_row is not None and found.worst_row.absolute == pytest.approx(EPS)
    assert found.err_ref == 0.0 and found.err_ratio is None


def test_argmax_flips_and_divergence() -> None:
    found = compare(torch.tensor([[0.0, 1.0], [3.0, 0.0]]), torch.tensor([[1.0, 0.0], [3.0, 0.0]]))
    assert found.argmax_flips == 1
    p = 1 / (1 + math.exp(-1))
    assert found.kl == pytest.approx((p - (1 - p)) * 1.0 / 2)
    assert compare(torch.ones(4), torch.ones(4)).argmax_flips is None  # one number a sample is no choice


def test_nan_equals_nan_and_not_a_number() -> None:
    nan, one = torch.tensor([[math.nan, 1.0]]), torch.tensor([[0.0, 1.0]])
    assert bool(equal_bits(nan, nan.clone()).all())
    assert compare(nan, one).max_abs == math.inf
    assert not bool(equal_bits(torch.tensor([0.0]), torch.tensor([-0.0])).any())


def test_padding_beyond_what_both_have_is_left_out() -> None:
    found = compare(torch.ones(2, 5, 3), torch.ones(2, 4, 3))
    assert found.frac_samples_bitwise == 1.0


def test_excess_is_the_lesser_of_both_sizes() -> None:
    assert Yardstick(8.0, 3.0).excess(Yardstick(2.0, 3.0)) == 1.0
    assert Yardstick(8.0, 3.0).excess(Yardstick(0.0, 0.0)) == math.inf
    assert yardstick(torch.tensor([[3.0, 4.0]]), torch.tensor([[0.0, 4.0]])) == Yardstick(3.0, 0.75)
