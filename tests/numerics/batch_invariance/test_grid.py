"""Batch sizes, neighbours and classes."""

from __future__ import annotations

import pytest
import torch

from trialrun.numerics import samples
from trialrun.numerics.batch_invariance import grid
from trialrun.numerics.batch_invariance.classes import classes, written
from trialrun.numerics.batch_invariance.grid import Place


def test_sizes() -> None:
    assert grid.sizes(5) == (1, 2, 3, 4, 5)
    assert grid.sizes(64) == (1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64)
    assert grid.sizes(65)[-1] == 65


@pytest.mark.parametrize("kind", [*grid.PLAIN, *grid.ADVERSARIAL])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_the_sample_itself_is_never_changed(kind: str, dtype: torch.dtype) -> None:
    batch = {"x": torch.randn(6, 3).to(dtype), "ids": torch.arange(6), "table": torch.ones(2, 2)}
    generator = torch.Generator().manual_seed(0)
    made = grid.around(batch, 4, Place(9, 2, kind), 6, generator)
    assert torch.equal(made["x"][2], batch["x"][4]) and int(made["ids"][2]) == 4
    assert samples.count(made) == 9 and torch.equal(made["table"], batch["table"])
    assert bool(made["x"].isfinite().all())
    assert set(made["ids"].tolist()) <= set(range(6))
    neighbours = torch.cat([made["x"][:2], made["x"][3:]])
    given = {tuple(row) for row in batch["x"].tolist()}
    assert (kind in grid.PLAIN) == all(tuple(row) in given for row in neighbours.tolist())


def test_whole_numbers_are_only_exchanged() -> None:
    assert grid.kinds(torch.arange(4)) == grid.PLAIN
    assert grid.kinds((torch.arange(4), torch.ones(4, 2))) == (*grid.PLAIN, *grid.ADVERSARIAL)


def test_ragged_batches() -> None:
    batch = [torch.randn(length, 2) for length in (3, 5, 2)]
    made = grid.around(batch, 1, Place(4, 0, "huge"), 3, torch.Generator().manual_seed(0))
    assert torch.equal(made[0], batch[1]) and len(made) == 4
    assert all(float(item.min()) > 1e3 for item in made[1:])


def test_classes_of_sizes() -> None:
    one, other = torch.tensor([[1.0]]), torch.tensor([[2.0]])
    found = classes({1: [one], 2: [other], 3: [other], 4: [one.clone()], 8: [other]})
    assert found == [(1, 4), (2, 3, 8)]
    assert written(found, (1, 2, 3, 4, 8)) == "{1, 4}, {2, 3, 8}"
    assert written([(1,), (2, 3), (4, 5, 8)], (1, 2, 3, 4, 5, 8)) == "{1}, {2, 3}, {4..8}"
