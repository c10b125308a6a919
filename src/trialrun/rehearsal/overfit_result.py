"""How the overfit stage ended, from what was written down of it."""

from __future__ import annotations

from trialrun.evidence import Evidence
from trialrun.evidence.overfit_verdict import NO_VERDICT, NOT_LEARNT, judged
from trialrun.findings.result import StageResult

NAME = "overfit"


def stage_result(evidence: Evidence) -> StageResult:
    """The stage: passed where the window was learnt or is being learnt, failed where it was not, else skipped.

    What could not be judged is skipped with its reason, never passed. ``steps`` are the repeats that were run.
    """
    given = judged(evidence)
    if given is None:
        reasons = [record.reason for record in evidence.skip if record.what == NAME]
        return StageResult(NAME, "skipped", reasons[-1] if reasons else "No update window was repeated.", 0.0, 0)
    record = evidence.overfit[-1]
    outcome = {NOT_LEARNT: "failed", NO_VERDICT: "skipped"}.get(given.word, "passed")
    reason = None if outcome == "passed" else given.sentence
    return StageResult(NAME, outcome, reason, record.seconds, max(0, len(record.losses) - 1))
