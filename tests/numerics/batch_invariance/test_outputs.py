"""Which axis is the batch's."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from trialrun.numerics.batch_invariance.outputs import Axis, ShapeError, axis_of, layout
from trialrun.numerics.subject import UnsupportedError


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


@pytest.mark.parametrize("in_turn", [False, True])
def test_samples_flattened_with_time(in_turn: bool) -> None:
    def run(x: torch.Tensor) -> torch.Tensor:
        return (x.transpose(0, 1) if in_turn else x).reshape(-1, 3)

    x = torch.randn(4, 5, 3)
    rows = layout(run, x).rows(run(x), 4)
    assert torch.equal(rows[0], x)


def test_a_shape_that_breaks_the_layout_is_told() -> None:
    found = layout(lambda x: {"logits": x, "total": x.sum()}, torch.randn(3, 2))
    assert list(found.axes) == ["logits"] and "output total" in found.left_out[0]
    with pytest.raises(ShapeError, match=r"shape \(2,\) for a batch of 1"):
        found.rows({"logits": torch.ones(2)}, 1)
    with pytest.raises(ShapeError, match="missing"):
        found.rows({}, 1)


def test_nothing_by_sample_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="one for the whole batch"):
        layout(lambda x: x.sum(), torch.randn(3, 2))
