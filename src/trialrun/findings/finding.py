"""A finding: one defect, with the numbers it rests on and the change that mends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Severity(str, Enum):
    """How sure and how bad.

    error: the measured fact, or a replay with the fix, proves the defect; a right program never gets one.
    warning: very likely wrong, or certainly costly. note: worth knowing.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """2 for error, 1 for warning, 0 for note."""
        return {"error": 2, "warning": 1, "note": 0}[self.value]


@dataclass(frozen=True)
class Verified:
    """A replay that confirmed the diagnosis."""

    by: str  # "replay with zero_grad"
    result: str  # "loss 2.31 -> 0.02 in 60 steps (now: 2.31 -> 4.80)"


@dataclass(frozen=True)
class Location:
    """A line of the user's source; mirrors the evidence's ``Where`` so that findings stand alone."""

    file: str
    line: int
    function: str = "<module>"
    text: str = ""  # the source line, stripped; filled in by the selection, "" where it is not known

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Mend:
    """A change that trialrun can make itself: a file of ``fixes/mends`` and what it must know besides the place."""

    name: str  # "zero_grad"
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One defect at one place. Field names are those of ``report.json``."""

    code: str
    slug: str
    severity: Severity
    message: str  # what was measured, with units, and the likely cause
    fix: str  # what to change, in the imperative
    where: Location | None = None
    stage: str = "smoke"
    measured: dict[str, Any] = field(default_factory=dict)
    expected: str = ""
    verified: Verified | None = None
    explains: tuple[str, ...] = ()  # codes of symptoms that this cause explains
    explained_by: tuple[str, ...] = ()  # codes of causes; where one was found too, this is told with it, not by itself
    mend: Mend | None = None
    patch: str | None = None  # the mend alone as a unified diff; None: there is no mend, or see ``unpatched``
    unpatched: str = ""  # why the mend could not be made
    folded: tuple[Finding, ...] = ()  # the symptoms that are told with this one

    @property
    def certain(self) -> bool:
        """Whether this is an error or explains one: a likely cause makes its proven symptom no less of an error."""
        return self.severity is Severity.ERROR or any(symptom.certain for symptom in self.folded)
