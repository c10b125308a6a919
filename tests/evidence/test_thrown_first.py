"""Repeats that only undo what the update before them had done to the loss have learnt nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trialrun.evidence import Evidence
from trialrun.evidence.model import UpdateRecord
from trialrun.evidence.overfit_verdict import judged
from trialrun.evidence.repeats import OverfitRecord

FALLING = tuple(1e6 * 0.5**repeat for repeat in range(12))
UPDATE = UpdateRecord(0, 0, None, (300.0,), 1.07, 0.4, 1e3, 6)


def word(losses: tuple[float, ...], before: float | None) -> str:
    record = OverfitRecord("ran", losses=losses, floor=0.0, budget_steps=200)
    given = judged(Evidence(overfit=(record,), update=(replace(UPDATE, loss=before),)))
    assert given is not None
    return given.word


@pytest.mark.parametrize(("before", "expected"), [(1.07, "no verdict"), (2e5, "learnt"), (None, "learnt")])
def test_a_fall_counts_from_the_loss_before_any_update(before: float | None, expected: str) -> None:
    assert word((*FALLING, 1e6 * 0.005), before) == expected


def test_one_that_ends_below_that_loss_has_learnt() -> None:
    assert word((*FALLING, 0.01, 0.001, 0.0001), 1.07) == "learnt"
