"""Where samples of a batch mix, told on tensors made for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from trialrun.experiments.coupling import stays_with_its_sample
from trialrun.experiments.samples import leak

BATCH, STEPS, WIDTH = 6, 4, 5


def differing() -> torch.Tensor:
    """What differs in a batch whose first sample was replaced: (BATCH, STEPS, WIDTH)."""
    mask = torch.zeros(BATCH, STEPS, WIDTH, dtype=torch.bool)
    mask[0] = True
    return mask


KEPT: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "as it is": lambda x: x,
    "time first": lambda x: x.transpose(0, 1),
    "steps folded into the batch": lambda x: x.reshape(-1, WIDTH),
    "time first, folded": lambda x: x.transpose(0, 1).reshape(-1, WIDTH),
    "batch in two axes": lambda x: x.view(2, 3, STEPS, WIDTH),
    "twice": lambda x: torch.cat([x, x]),
}
MIXED: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "view for transpose": lambda x: x.view(STEPS, BATCH, WIDTH),
    "reshape of what is time first": lambda x: x.transpose(0, 1).reshape(BATCH, -1),
    "summed over the batch": lambda x: x.any(0, keepdim=True).expand(BATCH, -1, -1),
}


@pytest.mark.parametrize("change", KEPT.values(), ids=KEPT)
def test_a_sample_that_is_moved_as_a_whole_stays(change: Callable[[torch.Tensor], torch.Tensor]) -> None:
    assert stays_with_its_sample(change(differing()), BATCH)


@pytest.mark.parametrize("change", MIXED.values(), ids=MIXED)
def test_a_sample_that_gets_into_others_does_not(change: Callable[[torch.Tensor], torch.Tensor]) -> None:
    assert not stays_with_its_sample(change(differing()), BATCH)


def test_rows_that_moved_are_counted_without_the_replaced_one() -> None:
    one = torch.randn(BATCH, 3, generator=torch.Generator().manual_seed(0))
    other = one.clone()
    other[[0, 2, 5]] += 1.0
    other[3, 0] += 1.0  # one element of three: a table of pairs changes so

    found = leak(one, other, BATCH, 1e-6)

    assert found is not None
    assert (found.rows, found.moved, found.own) == (BATCH - 1, 2, True)


def test_a_table_of_pairs_has_no_axis_of_the_samples() -> None:
    assert leak(torch.eye(BATCH), torch.ones(BATCH, BATCH), BATCH, 1e-6) is None
