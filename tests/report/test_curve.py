"""A small curve of characters."""

from __future__ import annotations

import math

import pytest

from trialrun.report.curve import draw


def test_stars_go_from_the_largest_at_the_top_to_the_least_at_the_bottom() -> None:
    assert draw([3.0, 2.0, 1.0, 2.0], 4, 3, braille=False) == (["*", " * *", "  *"], False)


def test_a_braille_cell_holds_two_columns_of_four_dots() -> None:
    assert draw([4.0, 1.0], 10, 1, braille=True) == (["\u2881"], False)  # dots 1 and 8: top left, bottom right
    assert draw([4.0, 3.0, 2.0, 1.0], 4, 1, braille=True) == (["\u2811\u2884"], False)
    assert draw([8.0, 1.0], 4, 2, braille=True) == (["\u2801", "\u2880"], False)


@pytest.mark.parametrize("braille", [False, True])
@pytest.mark.parametrize("count", [1, 7, 60, 61, 1000])
def test_no_line_is_wider_than_asked_and_every_line_is_there(braille: bool, count: int) -> None:
    lines, _ = draw([math.sin(step / 9) for step in range(count)], 60, 6, braille=braille)
    assert len(lines) == 6
    assert max(map(len, lines)) <= 60
    assert any(line.strip() for line in lines)


def test_the_last_value_has_the_last_column() -> None:
    lines, _ = draw([0.0] * 999 + [1.0], 60, 6, braille=False)
    assert lines[0] == " " * 59 + "*"


def test_a_wide_range_has_a_logarithmic_scale() -> None:
    values = [10.0 ** (2 - step) for step in range(5)]
    assert draw(values, 5, 5, braille=False) == (["*", " *", "  *", "   *", "    *"], True)
    assert not draw([*values, 0.0], 6, 5, braille=False)[1]


def test_what_does_not_change_is_a_line() -> None:
    assert draw([2.0] * 4, 4, 3, braille=False) == (["****", "", ""], False)


def test_what_is_not_finite_is_a_gap() -> None:
    assert draw([2.0, math.nan, 1.0, math.inf], 4, 2, braille=False) == (["*", "  *"], False)
    assert draw([math.nan], 4, 2, braille=False) == ([], False)
    assert draw([], 4, 2, braille=False) == ([], False)
