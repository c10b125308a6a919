"""What the program's own variables tell about a crash: text columns of its tables, modules that hold no parameters."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import torch

MAX_COLUMNS = 12
MAX_FRAMES = 12
HEAD = 5  # rows by which a column of an array is recognised in a table


def callers() -> Iterator[FrameType]:
    """The frames above this call, innermost first."""
    frame = sys._getframe(1)
    for _ in range(3 * MAX_FRAMES):
        if frame.f_back is None:
            return
        frame = frame.f_back
        yield frame


def frames_of(error: BaseException) -> list[FrameType]:
    """The frames an exception went through, innermost first."""
    found, link = [], error.__traceback__
    while link is not None:
        found.append(link.tb_frame)
        link = link.tb_next
    return found[::-1][:MAX_FRAMES]


def text_columns(arguments: list[object], frames: list[FrameType]) -> tuple[str, ...]:
    """Columns that are no numbers, of the array or table in ``arguments``, else of a table the program holds."""
    tables = [value for frame in frames for value in frame.f_locals.values() if _is_table(value)]
    for value in arguments:
        if _is_array(value):
            return _of_array(value, tables)
        if _is_table(value):
            return _of_table(value)
    return next((found for table in tables if (found := _of_table(table))), ())


def modules_without_parameters(frames: list[FrameType]) -> tuple[str, ...]:
    """Modules among the variables that have no trainable parameter, with what they keep in plain containers."""
    found: dict[str, str] = {}
    for frame in frames:
        for name, value in list(frame.f_locals.items()):
            if isinstance(value, torch.nn.Module) and name not in found and name != "self":
                parameters = list(value.parameters())
                if not parameters:
                    found[name] = f"{name}: {type(value).__name__}, no parameters{_kept(value)}"
                elif not any(parameter.requires_grad for parameter in parameters):
                    found[name] = f"{name}: {type(value).__name__}, all {len(parameters)} parameters are frozen"
    return tuple(found.values())[:4]


def _kept(module: torch.nn.Module) -> str:
    for name, value in vars(module).items():
        if name.startswith("_") or not isinstance(value, (list, tuple, dict)):
            continue
        items = list(value.values()) if isinstance(value, dict) else list(value)
        held = sum(isinstance(item, torch.nn.Module) for item in items)
        if held:
            return f", {held} modules in the {type(value).__name__} .{name}"
    return ""


def _is_table(value: object) -> bool:
    return type(value).__name__ == "DataFrame" and type(value).__module__.startswith("pandas")


def _is_array(value: object) -> bool:
    return type(value).__name__ == "ndarray" and getattr(getattr(value, "dtype", None), "kind", "") in "OUSM"


def _of_table(table: Any) -> tuple[str, ...]:
    found = []
    for place, (name, dtype) in enumerate(zip(table.columns, table.dtypes, strict=True)):
        if getattr(dtype, "kind", "O") not in "biufc":
            found += [f"{name} ({_short(value)})" for value in _no_number(table.iloc[:, place])]
    return tuple(found[:MAX_COLUMNS])


def _of_array(array: Any, tables: list[Any]) -> tuple[str, ...]:
    if array.ndim == 1:
        return tuple(f"the values ({_short(value)})" for value in _no_number(array))
    found = []
    for place in range(array.shape[1] if array.ndim == 2 else 0):
        name = _name(array[:HEAD, place], tables) or f"column {place}"
        found += [f"{name} ({_short(value)})" for value in _no_number(array[:, place])]
    return tuple(found[:MAX_COLUMNS])


def _no_number(values: Any) -> list[object]:
    """The first value that is no number, if there is one."""
    return next(([value] for value in values if not _is_number(value)), [])


def _name(head: Any, tables: list[Any]) -> str | None:
    for table in tables:
        for place, name in enumerate(table.columns):
            if [str(item) for item in table.iloc[: len(head), place]] == [str(item) for item in head]:
                return str(name)
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, (bool, int, float)) or (type(value).__module__ == "numpy" and hasattr(value, "is_integer"))


def _short(value: object) -> str:
    text = repr(str(value)) if isinstance(value, str) else str(value)
    return text if len(text) <= 24 else text[:20] + "..."
