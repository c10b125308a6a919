"""Which part of a result goes where: the screen, a CSV, a JSON file."""

from __future__ import annotations

import json as json_module
import sys
from pathlib import Path

from trialrun.errors import UsageError
from trialrun.evidence.numerics import NumericsResult
from trialrun.report import json_report
from trialrun.report.numerics import table, words
from trialrun.report.output import check_writable, console_on


def check(csv: Path | None, json: str | None) -> None:
    """Raises UsageError where a file could not be written: better said before the experiment than after it."""
    if csv is not None:
        check_writable(csv, "--csv")
    if json not in (None, "-"):
        check_writable(Path(str(json)), "--json")


def emit(
    result: NumericsResult, folder: Path | None, *, csv: Path | None, json: str | None, quiet: bool, color: bool
) -> None:
    """Write what was asked for; the words make way to stderr where stdout takes the JSON.

    Raises UsageError where a file could no longer be written.
    """
    if csv is not None:
        table.write(result.rows, csv)
    text = text_of(result)
    if json not in (None, "-"):
        try:
            Path(str(json)).write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"--json {json}: could not be written ({error.strerror or error}).") from error
    if json == "-":
        sys.stdout.write(text)
    words.render(result, console_on(sys.stderr if json == "-" else sys.stdout, color), folder, quiet)


def text_of(result: NumericsResult) -> str:
    """The result as JSON text, with a newline at its end; what is no finite number as :mod:`json_report` writes it."""
    return json_module.dumps(json_report.plain(result), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
