"""Outputs as rows of samples."""

from __future__ import annotations

import pytest
import torch

from trialrun.numerics.batch_invariance.outputs import ShapeError, layout
from trialrun.numerics.subject import UnsupportedError


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
