import random
from collections import Counter
from dataclasses import replace

import pytest

from trialrun.checks.data.unshuffled_training_data import UnshuffledTrainingData, grouped_share
from trialrun.evidence.loading import LoaderRecord

from .records import findings, line

SORTED = LoaderRecord(
    0, line(36), 640, 32, False, True, 0, steps=9, label_batches=({"0": 32}, {"0": 32}, {"0": 32}, {"3": 32})
)
MIXED = ({"0": 9, "1": 11, "2": 12}, {"0": 12, "1": 10, "2": 10}, {"0": 10, "1": 10, "2": 12})


def test_classes_one_after_another() -> None:
    (finding,) = findings(UnshuffledTrainingData, loader=(SORTED,))

    assert str(finding.where) == "train.py:36"
    assert "4 of 4 batches looked at are of one class" in finding.message
    assert "0, 0, 0, 3" in finding.message
    assert "legitimate" in finding.fix


@pytest.mark.parametrize(
    "record",
    [
        replace(SORTED, sequential=False),
        replace(SORTED, steps=0),
        replace(SORTED, label_batches=MIXED),
        replace(SORTED, label_batches=({"0": 32}, {"0": 32})),
        replace(SORTED, label_batches=({"0": 2}, {"1": 2}, {"0": 2})),
    ],
)
def test_right_ones_are_silent(record: LoaderRecord) -> None:
    assert findings(UnshuffledTrainingData, loader=(record,)) == []


def test_targets_that_ascend() -> None:
    ascending = replace(SORTED, label_batches=(), targets_sorted=True, target_samples=96)
    (finding,) = findings(UnshuffledTrainingData, loader=(ascending,))

    assert "96 targets looked at all ascend" in finding.message
    assert findings(UnshuffledTrainingData, loader=(replace(ascending, target_samples=20),)) == []


@pytest.mark.parametrize("size", [2, 4, 8, 32])
def test_random_order_is_never_taken_for_a_sorted_one(size: int) -> None:
    draw = random.Random(size)
    drawn = [
        [dict(Counter(str(draw.randrange(10)) for _ in range(size))) for _ in range(draw.randint(2, 8))]
        for _ in range(300)
    ]

    assert not [batches for batches in drawn if grouped_share(batches) is not None]
