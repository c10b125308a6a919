"""How stages ended, what was skipped, what was rehearsed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StageResult:
    """How one stage ended."""

    name: str  # "smoke"
    outcome: str  # "passed" | "failed" | "skipped" | "crashed" | "timeout"
    reason: str | None
    duration_s: float
    steps: int  # updates it saw


@dataclass(frozen=True)
class SkippedCheck:
    """A check that could not judge, and why."""

    code: str
    reason: str


@dataclass(frozen=True)
class Target:
    """The program as the user named it. ``argv`` has secrets masked."""

    path: str  # "train.py", or "-m pkg.module"
    argv: tuple[str, ...]
    cwd: str
