"""How the overfit stage ended."""

from __future__ import annotations

import pytest

from trialrun.evidence import Evidence
from trialrun.evidence.program import SkipRecord
from trialrun.evidence.repeats import OverfitRecord
from trialrun.findings.result import StageResult
from trialrun.rehearsal.overfit_result import stage_result

FALLING = tuple(2.3 * 0.99**step for step in range(200))
FACTS = {
    "floor": 0.0,
    "nonlinear": True,
    "parameters": 9000,
    "targets": 64,
    "tied_share": 0.0,
    "budget_steps": 200,
    "seconds": 1.5,
}


def result(record: OverfitRecord) -> StageResult:
    return stage_result(Evidence(overfit=(record,)))


def test_what_was_learnt_has_passed() -> None:
    record = OverfitRecord("ran", losses=(2.3, 1.0, 0.01), **FACTS)  # type: ignore[arg-type]
    assert result(record) == StageResult("overfit", "passed", None, 1.5, 2)


def test_what_is_being_learnt_has_passed() -> None:
    record = OverfitRecord("ran", losses=FALLING, **FACTS)  # type: ignore[arg-type]
    assert result(record) == StageResult("overfit", "passed", None, 1.5, 199)


def test_what_was_not_learnt_has_failed_and_says_why() -> None:
    record = OverfitRecord("ran", losses=(2.3,) * 200, **FACTS)  # type: ignore[arg-type]
    ended = result(record)
    assert (ended.outcome, ended.steps) == ("failed", 199)
    assert ended.reason is not None
    assert "far above its floor" in ended.reason


@pytest.mark.parametrize("outcome", ["skipped", "broken"])
def test_what_could_not_be_judged_is_skipped_with_its_reason(outcome: str) -> None:
    ended = result(OverfitRecord(outcome, "The items differ from repeat to repeat."))
    assert ended == StageResult("overfit", "skipped", "The items differ from repeat to repeat.", 0.0, 0)
    short = result(OverfitRecord("ran", losses=(2.3, 2.2)))
    assert short.outcome == "skipped"
    assert short.reason is not None


def test_a_stage_that_left_no_record_is_skipped() -> None:
    assert stage_result(Evidence()).outcome == "skipped"
    told = Evidence(skip=(SkipRecord("loss", "no"), SkipRecord("overfit", "There was no time for it.")))
    assert stage_result(told) == StageResult("overfit", "skipped", "There was no time for it.", 0.0, 0)
