"""How far a rehearsal is, while it runs: one live line on a terminal, a line now and then in a log, or nothing.

All of it goes to stderr, so that stdout holds the report alone. The classes here have the methods that
``rehearsal.settings.Progress`` asks for.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import IO

from rich.console import Console
from rich.live import Live
from rich.text import Text

from trialrun.findings.finding import Finding
from trialrun.report.numbers import count, counted, noun_of, number, seconds

PLAIN_EVERY_S = 5.0  # a CI log of a two-minute rehearsal stays under thirty lines


class Quiet:
    """Says nothing; with ``verbose`` it still passes the script's output on."""

    def __init__(self, stream: IO[str], verbose: bool = False) -> None:
        self._stream = stream
        self._verbose = verbose

    def __enter__(self) -> Quiet:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nothing more will come."""

    def update(self, stage: str, steps: int, loss: float | None, seconds_left: float, note: str = "") -> None:
        """How far the stage is."""

    def found(self, finding: Finding) -> None:
        """A finding, as soon as it is known."""

    def output(self, text: str) -> None:
        """New output of the script, as it wrote it."""
        if self._verbose:
            self._stream.write(text)
            self._stream.flush()


class Plain(Quiet):
    """A line when the stage or the note changes, and every few seconds; for pipes and CI."""

    def __init__(self, stream: IO[str], verbose: bool = False, every_s: float = PLAIN_EVERY_S) -> None:
        super().__init__(stream, verbose)
        self._every_s = every_s
        self._last = -float("inf")
        self._said: tuple[str, str] | None = None
        self._open_line = False  # the script's output so far does not end with a newline

    def update(self, stage: str, steps: int, loss: float | None, seconds_left: float, note: str = "") -> None:
        now = time.monotonic()
        if (stage, note) == self._said and now - self._last < self._every_s:
            return
        self._said, self._last = (stage, note), now
        self._end_line()
        self._stream.write(f"trialrun: {line(stage, steps, loss, seconds_left, note)}\n")
        self._stream.flush()

    def found(self, finding: Finding) -> None:
        self._end_line()
        self._stream.write(f"trialrun: found {words(finding)}\n")
        self._stream.flush()

    def output(self, text: str) -> None:
        super().output(text)
        if self._verbose and text:
            self._open_line = not text.endswith("\n")

    def close(self) -> None:
        self._end_line()

    def _end_line(self) -> None:
        if self._open_line:
            self._stream.write("\n")
            self._open_line = False


class LiveLine(Quiet):
    """One line that is written over, below whatever the script prints."""

    def __init__(self, console: Console, verbose: bool = False) -> None:
        super().__init__(console.file, verbose)
        self._console = console
        self._pending = ""
        # No refresh thread: the plan calls ``update`` several times a second, and only from its own thread.
        self._live = Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False)
        self._shown = ""  # empty: the live line is not there

    def __enter__(self) -> LiveLine:
        self._show("starting", "starting: Python imports torch")
        return self

    def update(self, stage: str, steps: int, loss: float | None, seconds_left: float, note: str = "") -> None:
        self._show(stage, line(stage, steps, loss, seconds_left, note))

    def _show(self, stage: str, words: str) -> None:
        if words == self._shown:  # spares a slow connection what it has already
            return
        if not self._shown:
            self._live.start()
        self._shown = words
        text = Text(words, no_wrap=True, overflow="ellipsis")
        text.stylize("bold", 0, len(stage))
        self._live.update(text, refresh=True)

    def found(self, finding: Finding) -> None:
        self._console.print(Text(f"found {words(finding)}"), soft_wrap=True, highlight=False)

    def output(self, text: str) -> None:
        if not self._verbose:
            return
        *whole, self._pending = (self._pending + text).split("\n")
        for given in whole:
            self._print(given)

    def close(self) -> None:
        if self._pending:
            self._print(self._pending)
            self._pending = ""
        if self._shown:
            self._live.stop()
            self._shown = ""

    def _print(self, given: str) -> None:
        shown = given.rstrip("\r").rpartition("\r")[2]  # of a bar that overwrites itself, what was seen last
        self._console.print(Text.from_ansi(shown), soft_wrap=True, highlight=False)


def words(finding: Finding) -> str:
    """ "error GRD401 stale-gradient, train.py:41"."""
    place = f", {finding.where.file}:{finding.where.line}" if finding.where else ""
    return f"{finding.severity.value} {finding.code} {finding.slug}{place}"


def make(console: Console, *, quiet: bool = False, verbose: bool = False, own_terminal: bool = True) -> Quiet:
    """The way to show progress on ``console``.

    Args:
        console: on stderr.
        quiet: say nothing of our own.
        verbose: pass the script's output through.
        own_terminal: False when the script talks to the terminal itself (``--pdb``): a live line would write over it.
    """
    if quiet or not own_terminal:
        return Quiet(console.file, verbose)
    if console.is_terminal and not console.is_dumb_terminal:
        return LiveLine(console, verbose)
    return Plain(console.file, verbose)


def line(stage: str, steps: int, loss: float | None, seconds_left: float, note: str = "") -> str:
    """ "smoke: 12 updates, loss 2.317, 98 s left of the budget"; overfit counts repeats of one batch."""
    noun = noun_of(stage)
    parts = [counted(steps, noun) if steps else f"no {noun} yet"]
    if loss is not None:
        parts.append(f"loss {number(loss, 4)}")
    left = max(0.0, seconds_left)
    parts.append(f"{seconds(left) if left >= 60 else count(round(left)) + ' s'} left of the budget")
    if note:
        parts.append(note)
    return f"{stage}: {', '.join(parts)}"
