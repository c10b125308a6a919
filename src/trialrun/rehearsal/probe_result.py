"""How the probe stage ended, from what was written down of its experiments."""

from __future__ import annotations

from trialrun.evidence import Evidence
from trialrun.findings.result import StageResult

NAME = "probe"


def stage_result(evidence: Evidence) -> StageResult:
    """The stage: passed where experiments were run, else skipped with the reason. ``steps`` counts the experiments.

    What they came to is told by the findings that rest on them.
    """
    ran = [record for record in evidence.experiment if record.outcome == "ran"]
    seconds = sum(record.seconds for record in evidence.experiment)
    if ran:
        return StageResult(NAME, "passed", None, seconds, len(ran))
    reasons = [record.reason for record in evidence.experiment]
    reasons += [record.reason for record in evidence.skip if record.what == NAME]
    if not reasons and evidence.overfit and evidence.overfit[-1].outcome != "ran":
        reasons = [evidence.overfit[-1].reason or "The update window could not be repeated."]
    return StageResult(NAME, "skipped", reasons[0] if reasons else "Nothing called for an experiment.", seconds, 0)
