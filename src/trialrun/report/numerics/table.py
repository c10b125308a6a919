"""The rows of a result as CSV: one line a case, the environment in the last columns of each."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from trialrun.errors import UsageError


def write(rows: Iterable[Mapping[str, Any]], path: Path) -> int:
    """Write ``rows`` to ``path``, columns in the order in which rows name them; returns the number of lines.

    Raises UsageError where it cannot be written.
    """
    held = list(rows)
    columns = list(dict.fromkeys(name for row in held for name in row))
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows({name: _cell(value) for name, value in row.items()} for row in held)
    except OSError as error:
        raise UsageError(f"--csv {path}: could not be written ({error.strerror or error}).") from error
    return len(held)


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV that :func:`write` wrote, all values as text.

    Raises UsageError where it cannot be read, or has no header.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
            header = reader.fieldnames or ()
    except FileNotFoundError as error:
        raise UsageError(
            f"{path}: there is no such file; it should be what `trialrun numerics ... --csv` wrote."
        ) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read as CSV ({error}).") from error
    if not header:
        raise UsageError(f"{path}: is empty; it should be a table that `trialrun numerics ... --csv` wrote.")
    return rows


def _cell(value: Any) -> Any:
    """A float with all its digits, so that equal results give equal files; "" for what is not known."""
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else value
