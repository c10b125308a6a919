from dataclasses import replace

from trialrun.checks.gradient.clip_after_step import ClipAfterStep
from trialrun.evidence.gradients import ClipRecord
from trialrun.findings.finding import Severity

from .records import SOURCE, findings, line

LATE = ClipRecord(0, "norm", line(42), 1.0, 4.0, True, (0,), late=True, step_where=line(41))
SCALED = replace(LATE, late=False, size=65536.0, scale=65536.0)


def judged(*clips: ClipRecord, source: str = "") -> list[str]:
    found = findings(ClipAfterStep, clip=clips, source={"train.py": SOURCE["train.py"] + source})
    assert all(finding.severity is Severity.ERROR for finding in found)
    return [str(finding.where) for finding in found]


def test_late_clips_that_cut_are_an_error() -> None:
    assert judged(LATE, LATE) == ["train.py:42"]
    assert judged(LATE) == []


def test_clipping_in_time_as_well_makes_the_late_call_a_measurement() -> None:
    assert judged(LATE, LATE, replace(LATE, late=False, where=line(40))) == []


def test_other_optimisers_clipping_in_time_does_not() -> None:
    assert judged(LATE, LATE, replace(LATE, late=False, where=line(40), optimisers=(1,))) == ["train.py:42"]


def test_late_clips_that_cut_nothing_are_silent() -> None:
    assert judged(*[replace(LATE, active=False, size=0.5)] * 3) == []


def test_scaled_gradients_against_an_unscaled_limit_are_an_error() -> None:
    assert judged(SCALED, SCALED) == ["train.py:42"]
    assert judged(SCALED, SCALED, source="scaler.get_scale()\n") == []
    assert judged(*[replace(SCALED, limit=65536.0, size=80000.0)] * 2) == []
