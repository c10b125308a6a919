"""The shape of a check."""

from __future__ import annotations

import inspect
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.findings.finding import Finding, Location, Mend, Severity, Verified


class Check(ABC):
    """Judges one defect from evidence. Pure: no torch, no files, no state.

    The docstring of the check's *module* is its page (``trialrun explain CODE``).
    """

    code: ClassVar[str]  # "GRD401"
    slug: ClassVar[str]  # names the defect, not the cure: "stale-gradient"
    severity: ClassVar[Severity]  # the highest it can give
    needs: ClassVar[tuple[str, ...]]  # Evidence fields; the check is skipped while any of them is empty

    @abstractmethod
    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        """Findings, none if the program is right or the evidence cannot tell."""

    def unjudged(self, evidence: Evidence) -> str:
        """Why evidence that is there cannot be judged; "" if it can. Asked before :meth:`judge`."""
        return ""

    @classmethod
    def page(cls) -> str:
        """The check's page."""
        return inspect.getdoc(sys.modules[cls.__module__]) or ""

    def finding(
        self,
        message: str,
        fix: str,
        *,
        where: Where | None,
        severity: Severity | None = None,
        measured: dict[str, Any] | None = None,
        expected: str = "",
        verified: Verified | None = None,
        explains: tuple[str, ...] = (),
        explained_by: tuple[str, ...] = (),
        stage: str = "smoke",
        mend: Mend | None = None,
    ) -> Finding:
        """A finding of this check."""
        return Finding(
            code=self.code,
            slug=self.slug,
            severity=severity or self.severity,
            message=message,
            fix=fix,
            where=None if where is None else Location(where.file, where.line, where.function),
            stage=stage,
            measured=measured or {},
            expected=expected,
            verified=verified,
            explains=explains,
            explained_by=explained_by,
            mend=mend,
        )
