"""How the subset stage ended, from what was written down of it."""

from __future__ import annotations

from trialrun.evidence import Evidence
from trialrun.findings.result import StageResult

NAME = "subset"


def stage_result(evidence: Evidence) -> StageResult:
    """The stage: passed where a part of the data was trained on, else skipped with the reason.

    What it came to is told by the findings that rest on it. ``steps`` are the updates it made.
    """
    records = [record for record in evidence.subset if record.kind == "as it is"]
    if not records:
        return StageResult(NAME, "skipped", "An error was found, or nothing was trained: nothing to train on.", 0.0, 0)
    record = records[-1]
    ran = record.outcome == "ran"
    seconds = sum(each.seconds for each in evidence.subset)
    return StageResult(NAME, "passed" if ran else "skipped", None if ran else record.reason, seconds, record.updates)
