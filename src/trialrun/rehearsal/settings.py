"""What the user asked for, once it is known to be possible."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from trialrun.findings.finding import Finding


@dataclass(frozen=True)
class Settings:
    """The options of ``trialrun run``; see the command's help for what each does."""

    script: str | None  # path of a script, or None with ``module``
    module: str | None  # dotted name for ``-m``
    argv: tuple[str, ...]  # all after the script, untouched
    stages: tuple[str, ...] = (
        "smoke",
        "overfit",
        "probe",
        "subset",
    )  # smoke is always among them
    budget_s: float = 120.0
    subset: float = 0.1  # share of the training samples that the stage of that name trains on
    out: Path | None = None  # default: .trialrun/<time>-<script>/
    select: tuple[str, ...] = ()  # codes, slugs or prefixes; empty: all
    ignore: tuple[str, ...] = ()
    fail_on: str = "error"  # "error" | "warning"
    allow_write: tuple[Path, ...] = ()
    allow_network: bool = False
    allow_exec: tuple[str, ...] = ()
    baseline: Path | None = None
    containment: str = "auto"  # "auto" | "overlay" | "landlock" | "redirection"
    start: str = "auto"  # "auto" | "warm" | "cold": fork from a process that has imported torch, or start anew
    pdb: bool = False
    verbose: bool = False
    command: tuple[str, ...] = ()  # the whole command line, for reproduce.sh; empty: there was none
    fix: bool = False  # write the mends into the user's files


class Progress(Protocol):
    """Who is told how far the rehearsal is."""

    def update(self, stage: str, steps: int, loss: float | None, seconds_left: float, note: str = "") -> None:
        """Called several times a second while a stage runs."""

    def found(self, finding: Finding) -> None:
        """A finding, as soon as it is known; the report tells it in full."""

    def output(self, text: str) -> None:
        """New output of the user's script (shown with ``--verbose``)."""
