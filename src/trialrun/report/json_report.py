"""``report.json``, schema_version 1.

Fields are added, never removed. JSON has no NaN and no infinity: such a float is written as the string "NaN",
"Infinity" or "-Infinity" (what JavaScript's ``Number`` and Python's ``float`` both read back); null means "not known".
Its fields are those of ``view.View``, so a report can be shown again from the file alone. ``findings`` has the most
severe first; ``suppressed`` counts those hidden on the user's wish.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
import typing
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any

from trialrun import __version__
from trialrun.errors import UsageError
from trialrun.report import view as view_model
from trialrun.report.result import RehearsalResult
from trialrun.report.view import View

SCHEMA_VERSION = 1


def build(result: RehearsalResult) -> dict[str, Any]:
    """The report as plain JSON values."""
    return from_view(view_model.build(result))


def from_view(view: View) -> dict[str, Any]:
    """The report as plain JSON values: every field of the view under its own name."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "trialrun", "version": __version__},
        **plain(view),
    }


def to_view(report: dict[str, Any]) -> View:
    """The view that :func:`from_view` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    view: View = _typed(View, report)
    return view


def read(path: Path) -> View:
    """The report at ``path``.

    Raises:
        UsageError: it cannot be read, or was not written by a version that shares this schema.
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error}).") from error
    except ValueError as error:
        raise UsageError(f"{path}: is not JSON ({error}).") from error
    try:
        if report["schema_version"] != SCHEMA_VERSION:
            raise UsageError(f"{path}: has schema_version {report['schema_version']}; this is for {SCHEMA_VERSION}.")
        return to_view(report)
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path}: is not a report of trialrun ({type(error).__name__}: {error}).") from error


def text(view: View) -> str:
    """The report as JSON text, with a newline at its end."""
    return json.dumps(from_view(view), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write(result: RehearsalResult, path: Path) -> None:
    """Writes the report of ``result``, as :func:`write_view`."""
    write_view(view_model.build(result), path)


def write_view(view: View, path: Path) -> None:
    """Writes the report so that a reader never sees half of it.

    Raises:
        OSError: ``path`` cannot be written.
    """
    # A file name that is not UTF-8 reaches us as lone surrogates; "\udc80" is also how JSON escapes them.
    data = text(view).encode("utf-8", "backslashreplace")
    if path.exists() and not path.is_file():  # /dev/stderr, a pipe: nothing to put in its place
        path.write_bytes(data)
        return
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    os.replace(part, path)


def plain(value: Any) -> Any:
    """``value`` as JSON values: dataclasses by field, enums by value, what is no finite number as a word."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return value if math.isfinite(value) else _nonfinite(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _names(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def _nonfinite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _typed(hint: Any, value: Any) -> Any:
    """The value that :func:`plain` made ``value`` of; ``hint`` is its declared type."""
    if value is None or hint is Any:
        return value
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, UnionType):
        return _typed(next(arg for arg in args if arg is not type(None)), value)
    if origin is tuple:
        each = args if Ellipsis not in args else (args[0],) * len(value)
        return tuple(_typed(part, item) for part, item in zip(each, value, strict=True))
    if origin is dict:
        return {key: _typed(args[1], item) for key, item in value.items()}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = typing.get_type_hints(hint)
        return hint(**{name: _typed(hints[name], value[name]) for name in _names(hint) if name in value})
    return hint(value)


def _names(cls: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(cls)]
