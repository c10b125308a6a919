"""An exception that left the script: the user's lines of its traceback, and the record of it."""

from __future__ import annotations

import ast
import dis
import linecache
import os
import sys
import traceback
from pathlib import Path
from types import TracebackType

from trialrun.evidence.place import Where
from trialrun.evidence.program import CallContext, CrashRecord, Frame
from trialrun.stages.unfilled import may_be_unfilled
from trialrun.target.instrument import Instrumenter
from trialrun.target.loops import Loops
from trialrun.target.memory import available_memory_bytes

_PACKAGE = str(Path(__file__).resolve().parent.parent) + os.sep


def frames_of(error: BaseException, instrumenter: Instrumenter) -> tuple[Frame, ...]:
    """The user's own frames, outermost first; for an error of syntax, the line that has it."""
    frames: list[Frame] = []
    link = error.__traceback__
    while link is not None:
        code = link.tb_frame.f_code
        file = instrumenter.files.get(code.co_filename)
        if file is not None:
            text = linecache.getline(code.co_filename, link.tb_lineno).strip()
            frames.append(Frame(Where(file.coverage.file, link.tb_lineno, code.co_name), text))
        link = link.tb_next
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        shown = os.path.relpath(error.filename) if os.path.isabs(error.filename) else error.filename
        frames.append(Frame(Where(shown, error.lineno), (error.text or "").strip()))
    return tuple(frames)


def _without_ours(link: TracebackType | None) -> TracebackType | None:
    """The traceback less every frame of trialrun, of the import machinery, and of the parser that we call."""
    kept: list[TracebackType] = []
    while link is not None:
        name = link.tb_frame.f_code.co_filename
        if not name.startswith((_PACKAGE, "<frozen importlib", "<frozen runpy", ast.__file__)):
            kept.append(link)
        link = link.tb_next
    chain: TracebackType | None = None
    for part in reversed(kept):
        chain = TracebackType(chain, part.tb_frame, part.tb_lasti, part.tb_lineno)
    return chain


def _clean(error: BaseException) -> BaseException:
    """``error`` and what it was raised from, their tracebacks cleaned in place."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        current.__traceback__ = _without_ours(current.__traceback__)
        current = current.__cause__ or current.__context__
    return error


def print_traceback(error: BaseException) -> None:
    """Print the exception as Python would, through the script's own ``sys.excepthook`` if it set one."""
    _clean(error)
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except Exception:
        traceback.print_exception(error)
    sys.stderr.flush()


def _own(error: BaseException, frames: tuple[Frame, ...]) -> bool:
    """Whether a `raise` of the user's made ``error``, and not in the course of another exception."""
    link = error.__traceback__
    if link is None or not frames or error.__cause__ or error.__context__:
        return False
    while link.tb_next is not None:
        link = link.tb_next
    code, where = link.tb_frame.f_code, frames[-1].where
    return (where.line, where.function) == (link.tb_lineno, code.co_name) and (
        code.co_code[link.tb_lasti] == dis.opmap["RAISE_VARARGS"]
    )


def crash_record(
    error: BaseException, frames: tuple[Frame, ...], context: CallContext | None, loops: Loops, steps: int
) -> CrashRecord:
    """The record of ``error``; to be made before :func:`print_traceback` cleans it."""
    in_loop = any(
        site.where.file == frame.where.file and site.where.line <= frame.where.line <= site.last_line
        for site in loops.sites
        if site.role in ("training", "epoch") or site.updates  # one that has updated once has no role yet
        for frame in frames
    )
    phase = "before training" if steps == 0 else "training" if in_loop else "after training"
    own = _own(error, frames)
    unfilled = loops.disturbed and may_be_unfilled(error, frames[-1].text if frames else "", loops.knows)
    text = "".join(traceback.format_exception(_clean(error)))
    return CrashRecord(
        exception=type(error).__name__,
        message=str(error),
        traceback=text,
        frames=frames,
        context=context,
        phase=phase,
        after_cut=loops.disturbed,
        steps=steps,
        own=own,
        unfilled=unfilled,
        memory_left_bytes=available_memory_bytes(),
    )
