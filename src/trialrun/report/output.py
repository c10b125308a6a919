"""Which report goes where: to stdout, to stderr, into a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from rich.console import Console

from trialrun.errors import UsageError
from trialrun.report import diff, json_report, terminal
from trialrun.report.view import View


@dataclass(frozen=True)
class Output:
    """Where each format goes, and how much the terminal's one says."""

    terminal: bool
    json_to_stdout: bool
    json_file: Path | None
    quiet: bool = False
    durations: bool = False
    color: bool = True
    diff: bool = False
    verbose: bool = False


def destinations(
    formats: Sequence[str],
    json: str | None,
    *,
    quiet: bool = False,
    durations: bool = False,
    diff: bool = False,
    color: bool = True,
    verbose: bool = False,
) -> Output:
    """What ``--format`` and ``--json`` ask for together.

    JSON goes to the file that ``--json`` names, and to stdout for ``--json -`` or ``--format json`` alone. The terminal
    report is shown when no format is given and stdout is free, or when it is asked for by name; it makes way to stderr
    when JSON or a diff is on stdout, and the diff does when JSON is there.

    Raises:
        UsageError: the file cannot be written; better said before the rehearsal than after it.
    """
    file = Path(json) if json not in (None, "-") else None
    if file is not None:
        check_writable(file, "--json")
    to_stdout = json == "-" or ("json" in formats and file is None)
    shown = "terminal" in formats if formats else not to_stdout
    return Output(shown, to_stdout, file, quiet, durations, color, diff, verbose)


def emit(view: View, output: Output) -> None:
    """Writes every report that was asked for.

    Raises:
        UsageError: the file of ``--json`` could no longer be written.
    """
    if output.terminal:
        stream = sys.stderr if output.json_to_stdout or output.diff else sys.stdout
        console = console_on(stream, output.color)
        terminal.render_view(view, console, quiet=output.quiet, durations=output.durations, verbose=output.verbose)
    if output.diff:
        diff.write(view, sys.stderr if output.json_to_stdout else sys.stdout, sys.stderr, color=output.color)
    if output.json_to_stdout:
        sys.stdout.write(json_report.text(view))
        sys.stdout.flush()
    if output.json_file is not None:
        try:
            json_report.write_view(view, output.json_file)
        except OSError as error:
            kept = view.run_dir / "report.json"
            reason = error.strerror or error
            raise UsageError(f"--json {output.json_file}: could not be written ({reason}); see {kept}.") from error


def console_on(stream: IO[str], color: bool = True) -> Console:
    """A console that colours only a terminal, and only when neither ``--no-color`` nor NO_COLOR objects."""
    plain = not color or bool(os.environ.get("NO_COLOR"))
    return Console(file=stream, color_system=None if plain else "auto", highlight=False, markup=False, emoji=False)


def check_writable(file: Path, option: str) -> None:
    """Raises UsageError, which repeats ``option``, where ``file`` could not be written."""
    if file.is_dir():
        raise UsageError(f"{option} {file}: is a folder; name a file in it.")
    if not file.parent.is_dir():
        raise UsageError(f"{option} {file}: there is no folder {file.parent}.")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise UsageError(f"{option} {file}: may not be written there.")
