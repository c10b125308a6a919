import math

import pytest

from trialrun.checks import wording


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (2.302585, "2.303"), (13132, "13,132"), (1e-9, "1e-09"), (math.nan, "nan"), (None, "unknown")],
)
def test_number(value: float | None, text: str) -> None:
    assert wording.number(value) == text


def test_counts_take_their_plural() -> None:
    assert [wording.count(2, noun) for noun in ("step", "batch", "entry")] == ["2 steps", "2 batches", "2 entries"]
    assert wording.count(1, "entry") == "1 entry"


def test_names_are_cut_short() -> None:
    assert wording.names(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert wording.names(["a", "b"]) == "a, b"


def test_percent_keeps_small_shares() -> None:
    assert [wording.percent(share) for share in (0.0012, 0.25, 1.0)] == ["0.12 %", "25 %", "100 %"]
