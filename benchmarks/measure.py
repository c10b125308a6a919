"""What the benchmarks share: starting a command, the hash of a folder, the run a rehearsal left, a table."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TRIALRUN = (sys.executable, "-m", "trialrun", "run")


@dataclass(frozen=True)
class Ended:
    """How a command ended; ``status`` is None when it ran past its time limit."""

    status: int | None
    seconds: float  # wall time
    stdout: str
    stderr: str


def run(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str] | None = None, timeout_s: float = 600.0
) -> Ended:
    """Run a command to its end; its standard input is empty."""
    begun = time.perf_counter()
    try:
        done = subprocess.run(
            list(command),
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
        )
    except subprocess.TimeoutExpired:
        return Ended(None, time.perf_counter() - begun, "", f"not ended after {timeout_s:.0f} s")
    return Ended(done.returncode, time.perf_counter() - begun, done.stdout, done.stderr)


def rehearse(
    target: Sequence[str],
    cwd: Path,
    out: Path,
    *,
    environment: Mapping[str, str] | None = None,
    options: Sequence[str] = (),
    timeout_s: float = 600.0,
) -> tuple[Ended, dict[str, Any]]:
    """``trialrun run`` with its run folder at ``out``; how it ended, and its report ({} if it left none)."""
    ended = run([*TRIALRUN, "--out", str(out), *options, *target], cwd, environment, timeout_s)
    report = out / "report.json"
    return ended, json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}


def tree_hash(folder: Path) -> str:
    """SHA-256 over every path below ``folder``: its name, type, permissions, and content or link target."""
    digest = hashlib.sha256()
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted([*files, *folders]):
            path = Path(parent, name)
            info = path.lstat()
            digest.update(f"{path.relative_to(folder)}\0{info.st_mode}\0".encode())
            if stat.S_ISLNK(info.st_mode):
                digest.update(os.readlink(path).encode())
            elif stat.S_ISREG(info.st_mode):
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def reached_last_line(output: Path, words: str) -> bool:
    """Whether one of the last three lines with text of a program's output begins with ``words``."""
    if not output.exists():
        return False
    lines = [line.strip() for line in output.read_text(encoding="utf-8", errors="replace").splitlines()]
    return any(line.startswith(words) for line in [line for line in lines if line.strip("-= ")][-3:])


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows as a Markdown table, columns aligned."""
    cells = [list(header), *[[str(value) for value in row] for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])
