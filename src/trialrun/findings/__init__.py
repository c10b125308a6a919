"""What is wrong: findings, their severity, and which of them the user asked to see."""

from trialrun.findings.finding import Finding, Mend, Severity, Verified

__all__ = ["Finding", "Mend", "Severity", "Verified"]
