"""Give functions their unwatched code back where something else reads it: ``torch.compile`` traces byte code.

A mark in the middle of a traced function would break its graph in two, and a full graph would be refused.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

from trialrun.target.instrument import Instrumented, Instrumenter

_Key = tuple[str, int]


def unwatch(instrumenter: Instrumenter) -> None:
    """Restore every function of the user's that is not running and drives no loop but in a class of its own kind.

    Functions with loops stay watched unless they are methods named ``forward``: one of them holds the training loop.
    """
    running = set(_running())
    plain = {name: _plain_codes(name) for name in instrumenter.files}
    for function in [thing for thing in gc.get_objects() if isinstance(thing, FunctionType)]:
        file = instrumenter.files.get(function.__code__.co_filename)
        if file is None or function.__code__ in running:
            continue
        if _has_loop(function.__code__, instrumenter) and function.__name__ != "forward":
            continue
        restore(function, file, plain[function.__code__.co_filename])


def restore(function: FunctionType, file: Instrumented, plain: dict[_Key, CodeType]) -> None:
    """Give one function its plain code; statements of it that were not seen so far no longer count in coverage."""
    code = plain.get(_key(function.__code__))
    if code is None or code.co_freevars != function.__code__.co_freevars:
        return
    lines = set(_lines(code))
    function.__code__ = code
    file.coverage.forget(lines)


def _key(code: CodeType) -> _Key:
    return code.co_name, code.co_firstlineno


def _plain_codes(filename: str) -> dict[_Key, CodeType]:
    try:
        module = compile(Path(filename).read_bytes(), filename, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError):
        return {}
    return {_key(code): code for code in _nested(module)}


def _nested(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _nested(constant)


def _lines(code: CodeType) -> Iterator[int]:
    for part in (code, *_nested(code)):
        yield from (line for _, _, line in part.co_lines() if line is not None)


def _running() -> Iterator[CodeType]:
    for frame in sys._current_frames().values():
        link = frame
        while link is not None:
            yield link.f_code
            link = link.f_back  # type: ignore[assignment]


def _has_loop(code: CodeType, instrumenter: Instrumenter) -> bool:
    lines = set(_lines(code))
    return any(site.first_line in lines for site in instrumenter.loops_of(code.co_filename))
