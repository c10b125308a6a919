"""What to run in a child process, and how that process ended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Job:
    """One run of the user's program in a process of its own.

    The child calls ``entry(payload)`` and exits with the int that it returns. ``stdout`` and ``stderr`` are appended
    to; they may be the same file. With ``stdin_terminal`` (for ``--pdb``) the child has all three standard streams of
    the parent and the two files stay untouched; otherwise its standard input is empty.
    """

    entry: str  # "module:function"
    payload: dict[str, Any]  # JSON
    stdout: Path
    stderr: Path
    cold: bool = False  # a fresh interpreter, nothing preloaded
    stdin_terminal: bool = False


@dataclass(frozen=True)
class Exit:
    """How a child ended: its ``status``, or the ``signal`` that ended it, or neither when it has only ``timed_out``."""

    status: int | None
    signal: int | None
    timed_out: bool = False
