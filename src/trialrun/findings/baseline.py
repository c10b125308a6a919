"""An earlier ``report.json`` whose findings are known: only what is new is reported.

A finding is known when the baseline has one of the same code, file and function with the same message, numbers
aside, or on the same source line. Line numbers do not count, so findings stay matched when the code around them
moves, and measured values do not, so they stay matched from run to run. An entry stands for one finding: a second
defect of the same kind in the same function is new.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialrun.errors import UsageError
from trialrun.findings.finding import Finding

_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?|\b(?:nan|inf)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Known:
    """What a baseline remembers of one finding."""

    place: tuple[str, str, str]  # code, file, function; the last two "" where it had no place
    message: str  # normalised
    text: str  # the source line, stripped; "" if not recorded

    def covers(self, other: Known) -> bool:
        """Whether ``other`` is the same finding, seen again."""
        same_line = bool(self.text) and self.text == other.text
        return self.place == other.place and (same_line or self.message == other.message)


def read(path: Path) -> tuple[Known, ...]:
    """Findings of the report at ``path``.

    Raises:
        UsageError: the file cannot be read, or is not a ``report.json`` of a schema known here.
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"--baseline {path}: cannot be read ({error.strerror or error}).") from error
    except ValueError as error:
        raise UsageError(f"--baseline {path}: is not JSON ({error}); it must be the report.json of a run.") from error
    if (
        not isinstance(report, dict)
        or report.get("schema_version") != 1
        or not isinstance(report.get("findings"), list)
    ):
        raise UsageError(f"--baseline {path}: is not a report.json of schema_version 1 with findings.")
    return tuple(_entry(item) for item in report["findings"] if isinstance(item, dict))


def check_codes(path: Path, entries: Iterable[Known], known: Mapping[str, str]) -> None:
    """``known`` is the slug of every check, by code.

    Raises:
        UsageError: an entry names no check: nothing could ever match it.
    """
    for code in dict.fromkeys(entry.place[0] for entry in entries):
        if code not in known:
            close = difflib.get_close_matches(code, known, 1, 0.5)
            hint = f" Did you mean {close[0]} ({known[close[0]]})?" if close else ""
            raise UsageError(f"--baseline {path}: no check has the code {code!r}.{hint}")


def split(findings: Iterable[Finding], known: Sequence[Known]) -> tuple[list[Finding], list[Finding]]:
    """Findings that are new, and those that ``known`` covers, each in their order."""
    unused = list(known)
    new: list[Finding] = []
    old: list[Finding] = []
    for finding in findings:
        seen = _of(finding)
        match = next((entry for entry in unused if entry.covers(seen)), None)
        if match is None:
            new.append(finding)
        else:
            unused.remove(match)
            old.append(finding)
    return new, old


def _normal(message: str) -> str:
    return " ".join(_NUMBER.sub("#", message).split())


def _of(finding: Finding) -> Known:
    where = finding.where
    place = (finding.code, where.file, where.function) if where else (finding.code, "", "")
    return Known(place, _normal(finding.message), where.text if where else "")


def _entry(item: dict[str, Any]) -> Known:
    where = item.get("where") or {}
    place = (str(item.get("code", "")), str(where.get("file", "")), str(where.get("function", "")))
    return Known(place, _normal(str(item.get("message", ""))), str(where.get("text", "")))
