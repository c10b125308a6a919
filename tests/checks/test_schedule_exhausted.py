from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.checks.records import OPTIMISER, findings, line
from trialrun.checks.optimiser.schedule_exhausted import ScheduleExhausted
from trialrun.evidence.timing import ScheduleRecord
from trialrun.findings.finding import Severity

SOURCE = """\
for epoch in range(20):
    for batch in loader:
        optimizer.step()
        scheduler.step()
"""
PER_BATCH = ScheduleRecord(
    cls="CosineAnnealingLR",
    where=line(4),
    optimiser=0,
    steps_seen=11,
    in_loop=line(2),
    planned_steps=1000,
    curve=(0.1, 0.05, 0.0),
    peak=(0.1,),
    exact=True,
    loops=(line(2), line(1)),
    lengths=(50, 20),
    planned_updates=1000,
    planned_batches=1000,
    planned_epochs=20,
    horizon=1000,
    share_at_end=0.0,
    faded_at=980,
    lowest=1e-6,
)
PER_EPOCH = replace(PER_BATCH, planned_steps=20, in_loop=line(1), loops=(line(1),), lengths=(20,), horizon=20)
PER_EPOCH = replace(PER_EPOCH, faded_at=20)


def _judge(record: ScheduleRecord, source: str = SOURCE, **more: Any) -> list[str]:
    found = findings(ScheduleExhausted, schedule=(record,), source={"train.py": source}, **more)
    assert all(finding.severity is Severity.WARNING for finding in found)
    assert all(finding.where is not None and finding.where.line == 4 for finding in found)
    return [finding.message for finding in found]


DEFECTS = {
    "set per epoch": (replace(PER_BATCH, horizon=20, turns=25, faded_at=None), "after 20 calls"),
    "set per epoch, then negative": (
        replace(PER_BATCH, cls="LambdaLR", horizon=20, lowest=-4.9, faded_at=None),
        "becomes negative, -4.9 at worst",
    ),
    "accumulation forgotten": (
        replace(PER_BATCH, planned_steps=250, exact=False, planned_updates=250, share_at_end=0.85, faded_at=None),
        "once every 4 batches: about 250 calls",
    ),
    "milestones in epochs": (replace(PER_BATCH, cls="MultiStepLR", horizon=15, faded_at=None), "after 15 calls"),
    "raises": (replace(PER_BATCH, cls="OneCycleLR", raised="ValueError: no", raised_at=980), "raises at call 980"),
    "fades": (replace(PER_BATCH, cls="StepLR", horizon=None, faded_at=599), "after 599 of 1,000 calls"),
    "negative": (replace(PER_BATCH, cls="LambdaLR", horizon=100, lowest=-0.9, faded_at=None), "negative"),
    "swings": (replace(PER_BATCH, horizon=10, turns=50, faded_at=None), "comes back up 50 times"),
    "set per batch": (replace(PER_EPOCH, horizon=1000, lowest=0.099, share_at_end=0.99, faded_at=None), "99 %"),
}
RIGHT = {
    "to 0 at the end, per batch": PER_BATCH,
    "to 0 at the end, per epoch": PER_EPOCH,
    "not played": replace(PER_BATCH, planned_steps=None, unplayed="unknown"),
    "a cycle every five epochs": replace(PER_BATCH, horizon=250, turns=2, faded_at=None),
    "fades in the last third": replace(PER_BATCH, cls="ExponentialLR", horizon=None, faded_at=610),
    "a long recipe in a short run": replace(PER_EPOCH, horizon=100, share_at_end=0.9, faded_at=None),
    "a quick warm-up": replace(PER_BATCH, cls="LinearLR", horizon=20, lowest=0.09, faded_at=None),
    "negative after the last update": replace(PER_BATCH, cls="LambdaLR", lowest=-1e-9),
    "raises within what is not known": replace(PER_BATCH, exact=False, raised="ValueError", raised_at=950),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_schedule_that_does_not_fit_the_run_is_a_warning(name: str) -> None:
    record, words = DEFECTS[name]
    (message,) = _judge(record)
    assert words in message


@pytest.mark.parametrize("name", RIGHT)
def test_one_that_fits_is_nothing(name: str) -> None:
    assert _judge(RIGHT[name]) == []


@pytest.mark.parametrize(
    "leaving", ["        if done: break\n", "        if done: return\n", "        if done: exit()\n"]
)
@pytest.mark.parametrize("name", ["raises", "fades", "negative", "swings"])
def test_a_loop_that_may_be_left_early_proves_no_length(name: str, leaving: str) -> None:
    assert _judge(DEFECTS[name][0], SOURCE + leaving) == []


def test_patience_after_an_epoch_leaves_the_first_epoch_to_judge() -> None:
    source = SOURCE + "    if waited > 5:\n        break\n"
    assert _judge(DEFECTS["fades"][0], source) == []
    assert len(_judge(replace(DEFECTS["fades"][0], faded_at=29), source)) == 1


def test_a_break_of_another_loop_leaves_nothing() -> None:
    source = SOURCE + "    for batch in valid:\n        if enough: break\n"
    assert len(_judge(DEFECTS["fades"][0], source)) == 1


def test_equal_counts_tell_the_unit_although_the_loop_may_be_left() -> None:
    source = SOURCE + "        if done: break\n"
    for name in ("set per epoch", "set per batch"):
        assert len(_judge(DEFECTS[name][0], source)) == 1


def test_an_optimiser_switched_off_beside_others_is_nothing() -> None:
    both = (OPTIMISER, replace(OPTIMISER, id=1))
    assert _judge(DEFECTS["fades"][0], optimiser=both) == []
    assert len(_judge(DEFECTS["fades"][0], optimiser=both[:1])) == 1


def test_a_schedule_drawn_on_a_dummy_is_nothing() -> None:
    assert _judge(DEFECTS["fades"][0], optimiser=(replace(OPTIMISER, gradients_seen=False),)) == []


def test_folds_are_told_once() -> None:
    record = DEFECTS["fades"][0]
    found = findings(ScheduleExhausted, schedule=(record, replace(record, optimiser=1)), source={"train.py": SOURCE})
    assert len(found) == 1
