from dataclasses import replace

import pytest

from trialrun.checks.data.target_out_of_range import TargetOutOfRange
from trialrun.evidence.targets import TargetRange
from trialrun.findings.finding import Severity

from .records import CRASH, findings, line

PICKED = TargetRange("getitem", line(39), 4, -1, 3, 12, 96, -1, used=True, collides=True)
BINARY = TargetRange("binary_cross_entropy_with_logits", line(39), None, 0, 255, 300, 1000, 255, used=True)
REFUSED = TargetRange("cross_entropy", line(39, "main"), 10, 1, 10, 7, 64, 10, raised=True)
STOPPED = replace(CRASH, exception="IndexError", message="index 10 is out of bounds for dimension 1 with size 10")


def test_labels_that_share_a_class_are_an_error() -> None:
    (finding,) = findings(TargetOutOfRange, target_range=(PICKED,))

    assert finding.severity is Severity.ERROR
    assert "12 labels of 96 are negative (as -1)" in finding.message
    assert "trains class 3 of 4, which other labels name as well" in finding.message
    assert "ignore_index=-1" in finding.fix


def test_labels_with_a_class_of_their_own_are_a_warning() -> None:
    (finding,) = findings(TargetOutOfRange, target_range=(replace(PICKED, collides=False),))

    assert finding.severity is Severity.WARNING
    assert "legitimate" in finding.fix


def test_labels_that_made_no_gradient_are_silent() -> None:
    assert findings(TargetOutOfRange, target_range=(replace(PICKED, used=False),)) == []


@pytest.mark.parametrize(
    ("low", "high", "fix"), [(0, 255, "(mask > 0).float()"), (-1, 1, "(target + 1) / 2"), (1, 2, "target - 1")]
)
def test_binary_targets_get_the_fix_of_their_range(low: float, high: float, fix: str) -> None:
    (finding,) = findings(TargetOutOfRange, target_range=(replace(BINARY, minimum=low, maximum=high),))

    assert finding.severity is Severity.ERROR
    assert "30 % of 1,000 lie beyond" in finding.message
    assert fix in finding.fix


@pytest.mark.parametrize(
    ("low", "high", "fix"), [(1, 10, "subtract 1"), (0, 12, "13 outputs"), (-1, 9, "ignore_index=-1")]
)
def test_crash_is_explained_by_the_values_refused(low: float, high: float, fix: str) -> None:
    refused = replace(REFUSED, minimum=low, maximum=high)
    (finding,) = findings(TargetOutOfRange, target_range=(refused,), crash=(STOPPED,))

    assert str(finding.where) == "train.py:39"
    assert "takes class indices from 0 to 9" in finding.message
    assert "7 labels of 64 beyond it" in finding.message
    assert fix in finding.fix


def test_a_refusal_in_the_words_of_the_loss_has_a_card_of_its_own() -> None:
    told = replace(STOPPED, message="Target 10 is out of bounds.")
    assert findings(TargetOutOfRange, target_range=(REFUSED,), crash=(told,)) == []


def test_refusal_that_the_program_caught_is_silent() -> None:
    assert findings(TargetOutOfRange, target_range=(REFUSED,)) == []


def test_crash_at_another_line_is_not_explained() -> None:
    assert findings(TargetOutOfRange, target_range=(replace(REFUSED, where=line(7)),), crash=(STOPPED,)) == []


def test_binary_targets_whose_scores_another_term_bounds_are_a_warning() -> None:
    (finding,) = findings(TargetOutOfRange, target_range=(replace(BINARY, elsewhere=True),))

    assert finding.severity is Severity.WARNING
    assert "legitimate" in finding.fix
