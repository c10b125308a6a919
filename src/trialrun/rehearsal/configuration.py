"""``[tool.trialrun]`` in the user's ``pyproject.toml``: the options of ``trialrun run``, under their own names."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialrun.errors import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Key:
    """What one key of the table may hold."""

    kind: str  # "flag": true or false; "list": text or a list of texts; "value": text or a number
    is_path: bool = False  # relative to the folder of the pyproject.toml


@dataclass(frozen=True)
class Table:
    """The table as it was found; without one, ``path`` is None and ``values`` is empty."""

    path: Path | None
    values: Mapping[str, Any]


def read(start: Path, keys: Mapping[str, Key]) -> Table:
    """The table of the nearest ``pyproject.toml`` that has one, in ``start`` or a folder above it.

    Raises:
        UsageError: that file is not TOML, has a key that is not in ``keys``, or a value of the wrong kind.
    """
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        try:
            content = path.read_bytes()
        except OSError:  # not there, or not ours to read
            continue
        if b"trialrun" not in content:  # a broken file that has nothing to say to us is no business of ours
            continue
        table = _table(path, content)
        if table is not None:
            return Table(path, {name: _value(path, name, value, keys) for name, value in table.items()})
    return Table(None, {})


def _table(path: Path, content: bytes) -> dict[str, Any] | None:
    try:
        table = tomllib.loads(content.decode()).get("tool", {}).get("trialrun")
    except ValueError as error:  # TOML and UTF-8 faults alike
        raise UsageError(f"{path}: is not valid TOML: {error}") from error
    if table is not None and not isinstance(table, dict):
        raise UsageError(f"{path}: tool.trialrun = {table!r} must be a table, [tool.trialrun].")
    return table


def _value(path: Path, name: str, value: Any, keys: Mapping[str, Key]) -> Any:
    key = keys.get(name)
    if key is None:
        close = difflib.get_close_matches(name.replace("_", "-"), keys, 1, 0.5)
        hint = f"Did you mean {close[0]}?" if close else f"It may hold {', '.join(sorted(keys))}."
        raise UsageError(f"{path}: [tool.trialrun] has no key {name!r}. {hint}")
    if key.kind == "flag":
        good, wanted = isinstance(value, bool), "true or false"
    elif key.kind == "list":
        value = [value] if isinstance(value, str) else value
        good, wanted = isinstance(value, list) and all(isinstance(item, str) for item in value), "a list of texts"
    else:
        good, wanted = isinstance(value, (str, int, float)) and not isinstance(value, bool), "a text or a number"
    if not good:
        raise UsageError(f"{path}: [tool.trialrun] {name} = {value!r} must be {wanted}.")
    if key.is_path:
        return [_path(path, item) for item in value] if key.kind == "list" else _path(path, str(value))
    return value


def _path(path: Path, value: str) -> str:
    return value if value == "-" else str(path.parent / value)
