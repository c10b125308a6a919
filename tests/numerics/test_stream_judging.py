"""What repeats, by hand-made readings."""

from __future__ import annotations

from trialrun.numerics import Verdict
from trialrun.numerics.streams.judging import same_items, streams_of
from trialrun.numerics.streams.watched import Reading
from trialrun.numerics.streams.words import judged


def reading(worker: int, index: int, before: str, after: str, item: str = "") -> Reading:
    return Reading(worker, index, item, {"rng": before}, {"rng": after})


def test_distinct_states_do_not_repeat() -> None:
    (stream,) = streams_of([[reading(0, 0, "a", "b"), reading(1, 1, "c", "d")], [reading(0, 0, "e", "f")]])
    assert (stream.draws, stream.repeats) == (3, False)


def test_a_stream_that_is_not_drawn_from_is_none() -> None:
    assert streams_of([[reading(0, 0, "a", "a"), reading(1, 1, "a", "a")]]) == []


def test_workers_and_epochs_are_told_apart() -> None:
    (workers,) = streams_of([[reading(0, 0, "a", "b"), reading(1, 1, "a", "b")], [reading(0, 0, "c", "d")]])
    assert (workers.workers, workers.epochs) == ({(0, 1): 1.0}, {})
    first = [reading(0, 0, "a", "b"), reading(0, 1, "b", "c"), reading(1, 2, "x", "y")]
    (epochs,) = streams_of([first, [reading(0, 0, "a", "b"), reading(0, 1, "z", "c")]])
    assert (epochs.workers, epochs.epochs) == ({}, {(0, 1): 0.5})
    assert epochs.told() == "epochs 1 and 2 draw the same (50%)"


def test_items_are_compared_where_both_are_known() -> None:
    one = [reading(0, 0, "", "", "p"), reading(0, 1, "", "", "q"), reading(0, 2, "", "", "")]
    assert same_items(one, [reading(1, 1, "", "", "q"), reading(1, 0, "", "", "r"), reading(1, 2, "", "", "s")]) == 0.5
    assert same_items(one, [reading(0, 7, "", "", "p")]) is None


def test_the_verdict() -> None:
    facts = {
        "items": 4,
        "epochs": 2,
        "workers": 2,
        "read_without_workers": True,
        "repeated_without_workers": [],
        "items_same_as_without_workers": None,
        "items_same_between_epochs": 1.0,
        "items_same_between_epochs_without_workers": 1.0,
    }
    repeated = streams_of([[reading(0, 0, "a", "b"), reading(1, 1, "a", "b")]])
    assert judged(repeated, {"rng": True}, facts, False, True)[0] is Verdict.BUG
    assert judged(repeated, {"rng": False}, facts, False, True)[0] is Verdict.BITWISE
    assert judged(repeated, {"rng": True}, facts, False, False)[0] is Verdict.INCONCLUSIVE
    assert judged([], {}, facts, False, True)[0] is Verdict.BITWISE
    assert judged([], {}, {**facts, "items_same_between_epochs": 0.5}, False, True)[0] is Verdict.INCONCLUSIVE
    changing = {**facts, "items_same_between_epochs_without_workers": 0.0}
    assert judged([], {}, changing, False, True)[0] is Verdict.BUG
