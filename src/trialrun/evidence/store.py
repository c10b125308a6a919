"""Records as JSON lines: appended by the child as it goes, read by the parent even after a ``kill -9``."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import math
import os
import threading
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trialrun.evidence.records import KINDS, NAMES, Record

SCHEMA_VERSION = 1


def _plain(value: Any) -> Any:
    """JSON has no NaN and no infinity: write them as strings, and tuples as lists."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": repr(value)}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def encode(record: Record) -> dict[str, Any]:
    """The record as a JSON-ready dict with its kind under ``record``."""
    body = _plain(dataclasses.asdict(record))
    return {"record": NAMES[type(record)], **body}


def decode(line: dict[str, Any]) -> Record | None:
    """The record a line stands for; None for a kind or a field set of a newer version."""
    cls = KINDS.get(line.get("record", ""))
    return None if cls is None else _build(cls, line)


def _build(cls: type, body: dict[str, Any]) -> Any:
    hints = _hints(cls)
    return cls(**{name: _value(hints[name], item) for name, item in body.items() if name in hints})


@functools.cache  # asked for at every record, and slow
def _hints(cls: type) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


def _value(hint: Any, item: Any) -> Any:
    if item is None:
        return None
    if isinstance(item, dict) and set(item) == {"float"}:
        return float(item["float"])
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        inner = next(arg for arg in args if arg is not type(None))
        return _value(inner, item)
    if origin is tuple:
        each = args if len(args) == len(item) and Ellipsis not in args else (args[0],) * len(item)
        return tuple(_value(part, value) for part, value in zip(each, item, strict=True))
    if origin is dict:
        return {key: _value(args[1], value) for key, value in item.items()}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, item)
    return float(item) if hint is float else item


class RecordWriter:
    """Appends records to an open file descriptor, one whole line per write, from any thread."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._owner = os.getpid()

    def write(self, record: Record) -> None:
        if os.getpid() != self._owner:  # a forked worker of the script: its view is not the program's
            return
        data = (json.dumps(encode(record), separators=(",", ":")) + "\n").encode()
        with self._lock, contextlib.suppress(OSError):  # a full disk must not end the user's run
            while data:
                data = data[os.write(self._descriptor, data) :]


class RecordReader:
    """Reads the lines appended so far; call :meth:`new` again for those that came since."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def new(self) -> Iterator[Record]:
        """Records of the whole lines that were appended since the last call."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return
        whole = data.rfind(b"\n") + 1  # a line cut off by a kill is not a record
        self._offset += whole
        for line in data[:whole].splitlines():
            try:
                record = decode(json.loads(line))
            except ValueError:  # the disk was full in the middle of it
                continue
            if record is not None:
                yield record
