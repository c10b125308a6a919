"""The search for the fewest pieces, by hand-made kinds."""

from __future__ import annotations

import pytest

from trialrun.numerics import piece as kinds
from trialrun.numerics.piece import Piece
from trialrun.numerics.resuming.missing import fewest


def piece(path: str, kind: str) -> Piece:
    return Piece(path, kind, lambda: None, lambda state: None)


@pytest.mark.parametrize("needed", [{"a"}, {"b"}, {"a", "c"}, {"b", "c", "d"}, {"a", "b", "c", "d", "e"}])
def test_the_fewest_that_suffice_are_found(needed: set[str]) -> None:
    of = [kinds.VALUE, kinds.VALUE, kinds.OPTIMIZER, "torch RNG", kinds.PARAMETERS]
    held = [piece(path, kind) for path, kind in zip("abcde", of, strict=True)]
    trials = []

    def suffice(restored: list[Piece]) -> bool:
        trials.append(restored)
        return needed <= {each.path for each in restored}

    assert {each.path for each in fewest(held, suffice)} == needed
    assert len(trials) <= 6


def test_titles_say_what_and_where() -> None:
    assert piece("optimizer", kinds.OPTIMIZER).title == "optimizer"
    assert piece("loader.generator", "torch RNG").title == "torch RNG (loader.generator)"
    assert piece("", "Python RNG").title == "Python RNG"
