"""The folder a rehearsal writes to, and nothing else does."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from trialrun.errors import UsageError
from trialrun.target.containment import discard

LATEST = "latest"


def create(out: Path | None, stem: str, cwd: Path) -> Path:
    """A fresh folder: ``out``, or ``.trialrun/<time>-<stem>/`` with ``.trialrun/latest`` pointing to it.

    Raises UsageError when it cannot be written.
    """
    folder = out.absolute() if out is not None else _fresh(cwd / ".trialrun", stem)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"\0" * 4096)
            probe.flush()
    except OSError as error:
        raise UsageError(
            f"The run folder {folder} cannot be written: {error.strerror}. Name another one with --out DIR."
        ) from error
    _clear(folder)
    if out is None:
        _point_latest(folder)
    return folder


def _clear(folder: Path) -> None:
    """Remove what an earlier run with the same ``--out`` left."""
    for pattern in ("evidence.jsonl*", "stdout*.log", "stderr*.log", "report.json"):
        for path in folder.glob(pattern):
            path.unlink()
    for scratch in folder.glob("scratch*"):
        discard(scratch)


def _fresh(parent: Path, stem: str) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    name = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in stem)
    for number in range(1, 1000):
        folder = parent / (f"{stamp}-{name}" if number == 1 else f"{stamp}-{name}-{number}")
        if not folder.exists():
            return folder
    return parent / f"{stamp}-{name}-{os.getpid()}"


def _point_latest(folder: Path) -> None:
    """``latest`` as a link, or as a text file with the path where links are not to be had."""
    (folder.parent / ".gitignore").write_text("*\n")
    latest = folder.parent / LATEST
    latest.unlink(missing_ok=True)
    try:
        latest.symlink_to(folder.name, target_is_directory=True)
    except OSError:
        latest.write_text(f"{folder.name}\n")
