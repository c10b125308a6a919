"""Finds every check by walking this package; a new check is a new file and nothing else."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache

import trialrun.checks as package
from trialrun.checks.base import Check
from trialrun.evidence import Evidence
from trialrun.findings.finding import Finding
from trialrun.findings.result import SkippedCheck


@cache
def all_checks() -> tuple[Check, ...]:
    """One instance of every check, in order of their codes."""
    found: dict[str, Check] = {}
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            is_check = isinstance(value, type) and issubclass(value, Check) and value.__module__ == info.name
            if is_check and "code" in vars(value):
                found[value.code] = value()
    return tuple(found[code] for code in sorted(found))


def judge(evidence: Evidence, checks: Sequence[Check] | None = None) -> tuple[list[Finding], list[SkippedCheck]]:
    """Findings of all ``checks`` (default: every one), and those that were skipped with their reason."""
    findings: list[Finding] = []
    skipped: list[SkippedCheck] = []
    for check in all_checks() if checks is None else checks:
        reasons = [record.reason for record in evidence.skip if record.what in (check.code, *check.needs)]
        missing = [name for name in check.needs if not getattr(evidence, name)]
        if missing:
            reason = reasons[0] if reasons else f"no evidence of kind {', '.join(missing)}"
            skipped.append(SkippedCheck(check.code, reason))
            continue
        reason = check.unjudged(evidence)
        if reason:
            skipped.append(SkippedCheck(check.code, reason))
            continue
        findings.extend(check.judge(evidence))
    return findings, skipped
