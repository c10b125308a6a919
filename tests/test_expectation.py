"""``trialrun.expect`` on real tensors and arrays."""

from __future__ import annotations

import math

import numpy
import pytest
import torch

from trialrun import ExpectationError, expect

IMAGES = torch.rand(4, 3, 8, 8)


@pytest.mark.parametrize("shape", ["4 3 8 8", "B 3 H H", "_ _ _ _", "... 8 8", "4 ...", "B ... H", "B 3 ..."])
def test_it_returns_what_it_was_given(shape: str) -> None:
    assert expect(IMAGES, shape, dtype=torch.float32, range=(0, 1)) is IMAGES


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ("4 3 8", "tensor has shape (4 3 8 8), expected (4 3 8): it has 4 axes, 3 are wanted."),
        ("4 1 8 8", "3 where 1 is wanted."),
        ("B B 8 8", "B is 4 in one place and 3 in another."),
        ("1 2 3 ... 4 5", "it has 4 axes, at least 5 are wanted."),
    ],
)
def test_another_shape_is_told_with_both(shape: str, told: str) -> None:
    with pytest.raises(ExpectationError) as raised:
        expect(IMAGES, shape)
    assert str(raised.value).endswith(told)


def test_another_dtype_or_range() -> None:
    with pytest.raises(ExpectationError, match=r"labels has dtype int64, expected float32\."):
        expect(torch.tensor([1, 2]), dtype="float32", name="labels")
    with pytest.raises(ExpectationError, match=r"holds values from 0 to 255, expected 0 to 1\."):
        expect(torch.tensor([0, 255]), range=(0, 1))
    assert expect(torch.tensor([0, 255]), range=(0, None)).numel() == 2


def test_nan_is_in_no_range_and_an_empty_tensor_in_every_one() -> None:
    with pytest.raises(ExpectationError):
        expect(torch.tensor([0.0, math.nan]), range=(None, None))
    assert expect(torch.empty(0, 3), "_ 3", range=(0, 1)).shape == (0, 3)


def test_arrays_of_numpy() -> None:
    assert expect(numpy.zeros((2, 3), "float32"), "A 3", dtype="float32", range=(0, 0)).shape == (2, 3)


def test_two_gaps_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match=r"holds \.\.\. more than once"):
        expect(IMAGES, "... 3 ...")
