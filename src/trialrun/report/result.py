"""What a rehearsal came to: all that a report shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialrun.evidence import Evidence
from trialrun.evidence.estimate import Estimate
from trialrun.findings.finding import Finding
from trialrun.findings.result import SkippedCheck, StageResult, Target


@dataclass(frozen=True)
class RehearsalResult:
    """Everything a report shows."""

    target: Target
    stages: Sequence[StageResult]
    findings: Sequence[Finding]  # those the user asked to see, most severe first
    skipped: Sequence[SkippedCheck]
    evidence: Evidence
    verdict: str  # "pass" | "warn" | "fail" | "crash" | "inconclusive"
    exit_status: int
    run_dir: Path
    duration_s: float
    budget_s: float
    surroundings: Mapping[str, Any] = field(default_factory=dict)  # see rehearsal.reproducing.record
    first_finding_s: float | None = None  # from the start until the first finding was known; None: there is none
    reason: str | None = None  # for "inconclusive" and "crash": why, and what to try
    suppressed: int = 0  # findings hidden by --ignore, a baseline or a comment in the source
    notes: Sequence[str] = field(default=())  # lines for the reader that are no findings
    estimate: Estimate | None = None  # of the full run; None: nothing to rest one on
    patch: str = ""  # unified diff of all mends of the findings; "" if there is none
    misnamed: Sequence[str] = field(default=())  # comments of ours in the source that name no check, a sentence each
    written: Sequence[str] = field(default=())  # what --fix did, a sentence a file
