"""Writes lines of text to a console: wrapping, indenting, colours, and signs that its encoding has."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from trialrun.report.table import Column, layout

READABLE = 100  # characters: prose is not made wider than this on a wide terminal
INDENT = "  "

Part = str | tuple[str, str]  # text, or text and its rich style


class Page:
    """One report on one console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.width = max(40, console.width)
        self.ellipsis = "…" if self.has("…") else "..."

    def has(self, signs: str) -> bool:
        """Whether the console's encoding has all of ``signs``."""
        try:
            signs.encode(self._console.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    def line(self, *parts: Part, indent: str = "") -> None:
        """One line, whatever its length."""
        text = Text(indent)
        for part in parts:
            words, style = (part, "") if isinstance(part, str) else part
            text.append(self._clean(words), style)
        text.rstrip()
        self._console.print(text, soft_wrap=True, highlight=False)

    def blank(self) -> None:
        """An empty line."""
        self._console.print("")

    def heading(self, title: str, more: str = "") -> None:
        """Begins a section."""
        self.blank()
        self.paragraph(more, "", title)

    def paragraph(self, text: str, indent: str = INDENT, label: str = "", label_style: str = "bold") -> None:
        """Wrapped prose. Its own line breaks are kept, and lines that begin with a blank keep that indent.

        Args:
            text: what to write.
            indent: in front of each line.
            label: in front of the first ("Fix:").
            label_style: what sets it off.
        """
        for number, given in enumerate(text.rstrip().split("\n")):
            body = given.lstrip(" ")
            inner = " " * (len(given) - len(body))
            lead = f"{self._clean(label)} " if label and number == 0 else ""
            lines = textwrap.wrap(
                lead + self._clean(body),
                max(20, min(READABLE, self.width) - len(indent) - len(inner)),
                break_long_words=False,  # a path or a shape that is cut cannot be copied
                break_on_hyphens=False,
            )
            for position, wrapped in enumerate(lines or [""]):
                if lead and position == 0 and wrapped.startswith(label):
                    self.line((label, label_style), wrapped[len(label) :], indent=indent + inner)
                else:
                    self.line(wrapped, indent=indent + inner)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """A table that fits, its titles dim."""
        clean = [[self._clean(cell) for cell in row] for row in rows]
        lines = layout(columns, clean, self.width - len(INDENT), ellipsis=self.ellipsis, more=" in report.json")
        for number, line in enumerate(lines):
            self.line((line, "dim" if number == 0 else ""), indent=INDENT)

    def _clean(self, text: str) -> str:
        """What a script or a file name brought along must not move the cursor or break the encoding."""
        safe = "".join(
            sign if sign.isprintable() else sign.encode("unicode_escape", "surrogatepass").decode() for sign in text
        )
        encoding = self._console.encoding or "ascii"
        return safe.encode(encoding, "backslashreplace").decode(encoding)
