"""Whether a crash may be over a value that an item left out was to make: a place not filled yet, or a sum of nothing.

Looked for among the program's own values where it stood. A container whose entries are of several kinds, one of which
the message names, may have been filled only in part: ``history = [0.0] * epochs``, a sample that gets its loss as an
attribute, rows replaced one by one.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from types import FrameType, ModuleType
from typing import Any

MOST_ENTRIES = 2000  # looked at, evenly spread, of one container
MOST_COLUMNS = 32  # longer entries are no records
DEPTH = 2  # containers in variables, in attributes of what is in variables, and in theirs

_STAR = re.compile(r"[(,]\s*\*\w")  # as many arguments as a loop has collected
_SUM = re.compile(r"\bsum\(")  # the integer 0 if there is nothing to be added


def may_be_unfilled(error: BaseException, line: str, is_own: Callable[[str], bool]) -> bool:
    """Whether ``error``, raised on ``line`` of the program, names a value that may come from what was left out.

    ``is_own`` tells the program's files by their paths. Runs no code of the program's but ``__dict__``.
    """
    message = str(error)
    if isinstance(error, AttributeError) and type(error.obj) is int and error.obj == 0:
        return True
    if isinstance(error, TypeError):
        nothing = "of empty" in message or (_named("int", message) and _SUM.search(line))
        if nothing or _STAR.search(line):
            return True
    return any(_named(kind, message) for kind in _uneven(_frames(error, is_own)))


def _named(kind: str, message: str) -> bool:
    return re.search(rf"\b{re.escape(kind)}\b", message) is not None


def _frames(error: BaseException, is_own: Callable[[str], bool]) -> Iterable[FrameType]:
    link = error.__traceback__
    while link is not None:
        if is_own(link.tb_frame.f_code.co_filename):
            yield link.tb_frame
        link = link.tb_next


def _uneven(frames: Iterable[FrameType]) -> set[str]:
    """The kinds of entries, in all containers that ``frames`` reach, that not all entries are of."""
    found: set[str] = set()
    seen: set[int] = set()
    ahead = [(value, DEPTH) for frame in frames for value in frame.f_locals.values()]
    while ahead:
        value, depth = ahead.pop()
        if id(value) in seen or isinstance(value, (type, ModuleType)):
            continue
        seen.add(id(value))
        if isinstance(value, (list, deque)):
            found |= _kinds_not_shared(list(value))
        elif isinstance(value, dict):
            found |= _kinds_not_shared(list(value.values()))
        elif depth:
            ahead.extend((held, depth - 1) for held in _attributes(value).values())
    return found


def _attributes(value: object) -> dict[str, Any]:
    try:
        return {name: held for name, held in vars(value).items() if name != "_modules"}  # filled as the model is built
    except TypeError:
        return {}


def _kinds_not_shared(entries: list[Any]) -> set[str]:
    """What some of ``entries`` have and others have not: a kind, one at some position of theirs, or an attribute.

    Entries of three kinds and more are no places of one sort: the settings of a program, say.
    """
    sample = entries[:: max(1, len(entries) // MOST_ENTRIES)]
    kinds = {_kind(entry) for entry in sample}
    found = set(kinds) if len(kinds) == 2 else set()
    columns: dict[Any, set[str]] = {}
    counts: dict[Any, int] = {}
    for entry in sample:
        for name, value in _columns(entry).items():
            columns.setdefault(name, set()).add(_kind(value))
            counts[name] = counts.get(name, 0) + 1
    for name, of_column in columns.items():
        if len(of_column) == 2:
            found |= of_column
        if isinstance(name, str) and counts[name] < len(sample):
            found.add(name)
    return found


def _columns(entry: Any) -> dict[Any, Any]:
    if isinstance(entry, (list, tuple)):
        columns: dict[Any, Any] = dict(enumerate(entry))
    elif isinstance(entry, dict):
        columns = entry
    else:
        columns = _attributes(entry)
    return columns if len(columns) <= MOST_COLUMNS else {}


def _kind(value: object) -> str:
    """The name of its type; of a tensor in a graph, the words that torch has for it."""
    kind = type(value).__name__
    return f"{kind} that requires grad" if kind == "Tensor" and getattr(value, "requires_grad", False) else kind
