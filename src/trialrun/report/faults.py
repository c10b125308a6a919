"""Says that trialrun itself failed and where what was gathered lies; keeps the traceback."""

from __future__ import annotations

import traceback
from pathlib import Path

from trialrun.errors import InternalError

NAME = "internal_error.txt"


def describe(error: Exception, *, verbose: bool = False) -> str:
    """One paragraph for the terminal; the traceback goes into the run folder, or below it when ``verbose``.

    The run folder is the error's ``run_dir``, where it has one.
    """
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    run_dir: Path | None = getattr(error, "run_dir", None)
    kept = run_dir is not None and _keep(run_dir / NAME, trace)
    message = " ".join(str(error).split()) or "no message"
    kind = "" if isinstance(error, InternalError) else f"{type(error).__name__}: "  # its message names the kind itself
    lines = [f"trialrun: a fault of trialrun's own, not of your program: {kind}{message}"]
    if run_dir is not None:
        lines.append(f"What was gathered so far lies in {run_dir}; `trialrun report {run_dir}` shows it.")
    if kept and run_dir is not None:
        lines.append(f"The traceback is in {run_dir / NAME}; please report the fault with it.")
    elif not verbose:
        lines.append("The same command with --verbose shows the traceback; please report the fault with it.")
    return "\n".join([*lines, trace.rstrip()] if verbose else lines)


def _keep(path: Path, trace: str) -> bool:
    try:
        path.write_text(trace, encoding="utf-8", errors="backslashreplace")
    except OSError:  # a full disk may be the very fault
        return False
    return True
