"""A check's page and the list of checks, for ``trialrun explain``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from trialrun.errors import UsageError
from trialrun.findings import selection
from trialrun.findings.finding import Severity


class Described(Protocol):
    """What is told of a check; every ``checks.base.Check`` has it."""

    @property
    def code(self) -> str: ...
    @property
    def slug(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    def page(self) -> str: ...


def page(name: str, checks: Sequence[Described]) -> str:
    """The page of the check that ``name`` stands for; of all of them for a prefix that several share.

    Raises:
        UsageError: no check has this code, slug or prefix.
    """
    known = {check.code: check.slug for check in checks}
    codes = selection.stands_for(name, known)
    if not codes:
        raise UsageError(f"{name}: no check has this code, slug or prefix.{selection.nearest(name, known)}")
    return "\n\n\n".join(
        f"{check.code} {check.slug} ({_at_most(check.severity)})\n\n{check.page().strip()}"
        for check in checks
        if check.code in codes
    )


def listing(checks: Sequence[Described]) -> str:
    """Every check on a line: code, slug, what it finds."""
    width = max((len(check.slug) for check in checks), default=0)
    return "\n".join(
        f"{check.code}  {check.slug:<{width}}  {check.severity.value:<7}  {_summary(check.page())}" for check in checks
    )


def _at_most(severity: Severity) -> str:
    return severity.value if severity is Severity.NOTE else f"{severity.value} at most"


def _summary(text: str) -> str:
    """The first sentence or paragraph, on one line."""
    return " ".join(text.strip().split("\n\n")[0].split())
