"""Calls of the full run, from those of a cut one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.capture.conftest import LoopSite, RunningLoop
from trialrun.capture.rhythm import Planned, Rhythm
from trialrun.evidence.place import Where

EPOCHS, BATCHES = 30, 100


def _cut_run(reached: Callable[[int, int], bool], epochs: int | None = EPOCHS, after_epoch: bool = False) -> Rhythm:
    """Epochs 0, 1 and the last; of each the first batches and the last: those for which ``reached(epoch, batch)``."""
    rhythm = Rhythm(())
    outer = RunningLoop("epoch", LoopSite(Where("train.py", 1), epochs))
    batches = LoopSite(Where("train.py", 2), BATCHES)
    for epoch in (0, 1, EPOCHS - 1):
        outer.index += 1
        inner = RunningLoop("training", batches)
        for batch in (*range(16 if epoch == 0 else 8), BATCHES - 1):
            inner.index += 1
            inner.jumped = batch == BATCHES - 1
            if not after_epoch and reached(epoch, batch):
                rhythm.visit([inner, outer])
        if after_epoch and reached(epoch, 0):
            rhythm.visit([outer])
    return rhythm


@pytest.mark.parametrize(
    ("reached", "visits", "exact"),
    [
        (lambda epoch, batch: True, EPOCHS * BATCHES, True),
        (lambda epoch, batch: batch % 4 == 3, EPOCHS * BATCHES // 4, False),
        (lambda epoch, batch: batch % 5 == 0 or batch == BATCHES - 1, EPOCHS * BATCHES // 5, False),
        (lambda epoch, batch: batch == BATCHES - 1, EPOCHS, True),
    ],
    ids=["each", "every fourth", "every fifth and the last", "after the last"],
)
def test_regular_visits_are_planned(reached: Callable[[int, int], bool], visits: int, exact: bool) -> None:
    assert _cut_run(reached).planned() == Planned(visits, exact, (BATCHES, EPOCHS))


def test_once_per_epoch() -> None:
    assert _cut_run(lambda epoch, _: True, after_epoch=True).planned() == Planned(EPOCHS, True, (EPOCHS,))


@pytest.mark.parametrize("after_epoch", [False, True])
@pytest.mark.parametrize(
    "reached",
    [lambda epoch, _: epoch == 0, lambda epoch, _: epoch >= 1, lambda epoch, _: epoch < 2, lambda epoch, _: epoch == 1],
    ids=["first", "not the first", "not the last", "some"],
)
def test_what_only_some_epochs_reach_is_not_planned(reached: Callable[[int, int], bool], after_epoch: bool) -> None:
    assert _cut_run(reached, after_epoch=after_epoch).planned() is None


def test_irregular_visits_and_unknown_lengths_are_not_planned() -> None:
    assert _cut_run(lambda _, batch: batch in (1, 2, 5, 7)).planned() is None
    assert _cut_run(lambda *_: True, epochs=None).planned() is None
    assert Rhythm(()).planned() is None


def test_loops_around_the_construction_do_not_count() -> None:
    fold = RunningLoop("epoch", LoopSite(Where("train.py", 1), 5), index=1)
    rhythm = Rhythm((fold,))
    assert not rhythm.visit([fold])
    step = RunningLoop("training", LoopSite(Where("train.py", 2), BATCHES))
    for _ in range(4):
        step.index += 1
        assert rhythm.visit([step, fold])
    assert rhythm.planned() == Planned(BATCHES, True, (BATCHES,))


def test_a_loop_entered_again_is_not_planned() -> None:
    rhythm = Rhythm(())
    for _ in range(2):
        rhythm.visit([RunningLoop("training", LoopSite(Where("train.py", 2), BATCHES), index=1)])
    assert rhythm.planned() is None
