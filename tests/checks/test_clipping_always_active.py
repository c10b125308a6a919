from dataclasses import replace

from trialrun.checks.gradient.clipping_always_active import ClippingAlwaysActive
from trialrun.evidence.gradients import ClipRecord
from trialrun.findings.finding import Severity

from .records import findings, line

ACTIVE = ClipRecord(0, "norm", line(40), 1.0, 4.0, True, (0,))
IDLE = replace(ACTIVE, size=0.5, active=False)


def judged(*clips: ClipRecord) -> list[Severity]:
    return [finding.severity for finding in findings(ClippingAlwaysActive, clip=clips)]


def test_more_than_half_is_a_note_and_half_is_not() -> None:
    assert judged(*[ACTIVE] * 4, *[IDLE] * 3) == [Severity.NOTE]
    assert judged(*[ACTIVE] * 3, *[IDLE] * 3) == []


def test_few_calls_late_ones_and_scaled_ones_say_nothing() -> None:
    assert judged(*[ACTIVE] * 4) == []
    assert judged(*[replace(ACTIVE, late=True)] * 8) == []
    assert judged(*[replace(ACTIVE, scale=1024.0)] * 8) == []
