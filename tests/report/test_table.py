"""Tables whose rows never wrap."""

from __future__ import annotations

from trialrun.report.table import Column, layout, shorten

COLUMNS = [Column("module", shrink=8), Column("class", drop=1), Column("input", drop=2), Column("RMS", right=True)]
ROW = ["encoder.layers.11.attention.query", "Linear", "64x196x768", "0.612"]


def test_everything_is_shown_where_there_is_room() -> None:
    lines = layout(COLUMNS, [ROW], 80)
    assert lines[0].split() == ["module", "class", "input", "RMS"]
    assert lines[1].split() == ROW


def test_names_are_shortened_before_columns_are_dropped() -> None:
    lines = layout(COLUMNS, [ROW], 50)
    assert lines[0].split() == ["module", "class", "input", "RMS"]
    assert "..." in lines[1]
    assert lines[1].startswith("encode")
    assert max(map(len, lines)) <= 50


def test_columns_are_dropped_the_least_important_first() -> None:
    assert layout(COLUMNS, [ROW], 30)[0].split() == ["module", "class", "RMS"]
    assert layout(COLUMNS, [ROW], 20)[0].split() == ["module", "RMS"]


def test_numbers_stand_under_each_other() -> None:
    first, second = layout([Column("n", right=True)], [["1.00"], ["10.00"]], 20)[1:]
    assert (first, second) == (" 1.00", "10.00")


def test_a_long_table_says_how_much_it_left_out() -> None:
    lines = layout([Column("n")], [[str(number)] for number in range(142)], 40, more=" in report.json")
    assert len(lines) == 31
    assert "... 113 more rows in report.json" in lines
    assert lines[-1] == "141"
    assert len(layout([Column("n")], [[str(number)] for number in range(30)], 40)) == 31


def test_an_empty_table_has_its_titles() -> None:
    assert layout([Column("a"), Column("b")], [], 40) == ["a  b"]


def test_shorten_keeps_both_ends() -> None:
    assert shorten("encoder.layers.0.weight", 15) == "encode...weight"
    assert shorten("short", 15) == "short"
    assert shorten("much too long", 2) == "mu"
