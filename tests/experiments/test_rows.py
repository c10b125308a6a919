"""Which axis is the batch's."""

from __future__ import annotations

from typing import Any

import pytest

from trialrun.experiments.rows import Axis, axis_of


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((2, 5), (3, 5), Axis(0)),
        ((5, 2, 4), (5, 3, 4), Axis(1)),
        ((14, 5), (21, 5), Axis(0, 7)),
        ((2, 2), (3, 3), None),
        ((5,), (5,), None),
        ((), (), None),
        ((2, 5), (3, 5, 1), None),
    ],
)
def test_the_axis_follows_the_size(one: Any, other: Any, expected: Axis | None) -> None:
    assert axis_of(one, other, (2, 3)) == expected
