"""Numbers with units and the digits that carry meaning."""

from __future__ import annotations

import math

import pytest

from trialrun.report import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0.0, "0"),
        (1.0, "1.00"),
        (2.3174, "2.32"),
        (-0.4242, "-0.424"),
        (9.999, "10.0"),
        (1234.4, "1,234"),
        (0.0041, "0.00410"),
        (0.00041, "4.1e-04"),
        (1.234e-7, "1.23e-07"),
        (3e9, "3e+09"),
        (math.nan, "NaN"),
        (-math.inf, "-inf"),
    ],
)
def test_number(value: float | None, text: str) -> None:
    assert numbers.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (255.0, "255"), (2.8215, "2.82"), (math.inf, "inf"), (None, "-")]
)
def test_the_end_of_a_range_is_whole_where_it_can_be(value: float | None, text: str) -> None:
    assert numbers.bound(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0 ms"),
        (0.0123, "12 ms"),
        (0.9999, "1.0 s"),
        (7.94, "7.9 s"),
        (9.97, "10 s"),
        (59.7, "1 min"),
        (125.2, "2 min 5 s"),
        (3600.0, "1 h"),
        (5210.0, "1 h 27 min"),
        (-1.0, "0 ms"),
    ],
)
def test_seconds(value: float, text: str) -> None:
    assert numbers.seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0 %"),
        (1e-6, "<0.1 %"),
        (0.004, "0.4 %"),
        (0.26, "26 %"),
        (0.9999, ">99.9 %"),
        (1.0, "100 %"),
        (None, "-"),
    ],
)
def test_a_share_is_none_or_all_only_when_it_is(value: float | None, text: str) -> None:
    assert numbers.share(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0 B"), (1023, "1023 B"), (4_600_000, "4.39 MiB"), (2**40, "1.00 TiB")]
)
def test_size(value: int, text: str) -> None:
    assert numbers.size(value) == text


def test_counts_agree_with_their_nouns() -> None:
    assert numbers.counted(1, "error") == "1 error"
    assert numbers.counted(0, "error") == "0 errors"
    assert numbers.counted(1200, "class", "classes") == "1,200 classes"


def test_shapes_and_ranges() -> None:
    assert numbers.shape((64, 1, 28)) == "64x1x28"
    assert numbers.shape(()) == "scalar"
    assert numbers.shape(None) == "-"
    assert numbers.ranges([92, 88, 89, 90, 88]) == "88-90, 92"


def test_classes_are_told_from_the_loss_of_uniform_guessing() -> None:
    assert [numbers.classes(math.log(c)) for c in (2, 10, 1000, 50257)] == [2, 10, 1000, 50257]
    assert numbers.classes(1.0) is None
    assert numbers.classes(None) is None
