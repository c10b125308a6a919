from dataclasses import replace

import pytest

from trialrun.checks.data.class_imbalance import ClassImbalance
from trialrun.evidence.loading import LoaderRecord
from trialrun.findings.finding import Severity

from .records import LOSS, findings, line

RARE = LoaderRecord(
    0,
    line(36),
    900,
    50,
    False,
    False,
    0,
    steps=3,
    label_batches=({"0": 47, "1": 3}, {"0": 48, "1": 2}, {"0": 46, "1": 4}),
)


def test_share_of_the_most_frequent_class() -> None:
    (finding,) = findings(ClassImbalance, loader=(RARE,), loss=(LOSS,))

    assert finding.severity is Severity.NOTE
    assert "94 % of 150 training labels looked at are 0 (give or take 3.9 %)" in finding.message
    assert "always guessing 0 is 94 % accurate" in finding.message


@pytest.mark.parametrize(
    "changes",
    [
        {"label_batches": ({"0": 47, "1": 3},)},  # too few
        {"label_batches": ({"0": 60, "1": 40}, {"0": 70, "1": 30})},
        {"label_batches": ({"0": 50}, {"0": 50}, {"0": 50}, {"0": 50}, {"1": 30})},  # sorted
        {"steps": 0},
    ],
)
def test_others_are_silent(changes: dict[str, object]) -> None:
    assert findings(ClassImbalance, loader=(replace(RARE, **changes),)) == []  # type: ignore[arg-type]


def test_weighted_loss_is_silent() -> None:
    assert findings(ClassImbalance, loader=(RARE,), loss=(replace(LOSS, weighted=True),)) == []
