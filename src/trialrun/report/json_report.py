"""``report.json``, schema_version 1.

Fields are added, never removed. JSON has no NaN and no infinity: such a float is written as the string "NaN",
"Infinity" or "-Infinity" (what JavaScript's ``Number`` and Python's ``float`` both read back); null means "not known".
Severities are in ``findings``, most severe first; ``suppressed`` counts those hidden on the user's wish.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
from enum import Enum
from pathlib import Path
from typing import Any

from trialrun import __version__
from trialrun.findings.finding import Finding
from trialrun.report import view as view_model
from trialrun.report.result import RehearsalResult

SCHEMA_VERSION = 1


def build(result: RehearsalResult) -> dict[str, Any]:
    """The report as plain JSON values."""
    view = view_model.build(result)
    coverage = view.coverage
    body: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "trialrun", "version": __version__},
        "target": result.target,
        "verdict": result.verdict,
        "exit_status": result.exit_status,
        "reason": result.reason,
        "stages": result.stages,
        "findings": [_finding(finding) for finding in view.findings],
        "suppressed": result.suppressed,
        "skipped_checks": result.skipped,
        "coverage": coverage
        and {
            "statements": coverage.statements,
            "rehearsed": coverage.rehearsed,
            "missed": [
                {"file": block.file, "lines": block.lines, "guard": block.guard, "function": block.function}
                for block in coverage.missed
            ],
        },
        "estimate": None,  # the smoke stage times hooked steps only; they say nothing of the full run
        "loops": view.loops,
        "loss_at_start": view.loss_at_start,
        "batch": view.batch,
        "layers": view.layers,
        "gradients": view.gradients,
        "crash": view.crash,
        "writes": view.writes,
        "blocked": view.blocked,
        "containment": view.containment,
        "warnings": view.warnings,
        "notes": view.notes,
        "environment": view.environment,
        "duration_s": result.duration_s,
        "budget_s": result.budget_s,
        "run_dir": str(result.run_dir),
    }
    plain: dict[str, Any] = _plain(body)
    return plain


def text(result: RehearsalResult) -> str:
    """The report as JSON text, with a newline at its end."""
    return json.dumps(build(result), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write(result: RehearsalResult, path: Path) -> None:
    """Writes the report so that a reader never sees half of it.

    Raises:
        OSError: ``path`` cannot be written.
    """
    # A file name that is not UTF-8 reaches us as lone surrogates; "\udc80" is also how JSON escapes them.
    data = text(result).encode("utf-8", "backslashreplace")
    if path.exists() and not path.is_file():  # /dev/stderr, a pipe: nothing to put in its place
        path.write_bytes(data)
        return
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    os.replace(part, path)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "slug": finding.slug,
        "severity": finding.severity,
        "stage": finding.stage,
        "where": finding.where,
        "message": finding.message,
        "measured": finding.measured,
        "expected": finding.expected,
        "fix": finding.fix,
        "verified": finding.verified,
        "explains": finding.explains,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return value if math.isfinite(value) else _nonfinite(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def _nonfinite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
