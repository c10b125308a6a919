"""What a rehearsal came to, in one word and one exit status."""

from __future__ import annotations

from collections.abc import Sequence

from trialrun.findings.finding import Finding, Severity
from trialrun.stages.smoke import SmokeResult

INTERRUPTED = 130


def verdict(smoke: SmokeResult, findings: Sequence[Finding], fail_on: str) -> tuple[str, int]:
    """Verdict and exit status of contract's table; never a pass on nothing."""
    errors = any(finding.certain for finding in findings)
    warnings = any(finding.severity is Severity.WARNING for finding in findings)
    fails = errors or (fail_on == "warning" and warnings)
    if smoke.attempt.interrupted:
        return ("fail" if fails else "inconclusive"), INTERRUPTED
    if smoke.crash is not None:
        return "crash", 3
    if fails:
        return "fail", 1
    if smoke.outcome != "passed":
        return "inconclusive", 5
    return ("warn" if warnings else "pass"), 0
