"""The patch of a report, for ``git apply`` or for eyes."""

from __future__ import annotations

import os
from typing import IO

from trialrun.report.view import View

_COLOURS = (("+++", "1"), ("---", "1"), ("@@", "36"), ("+", "32"), ("-", "31"))  # ANSI, by how a line begins


def write(view: View, stream: IO[str], beside: IO[str], *, color: bool = True) -> None:
    """Writes the patch to ``stream``, and to ``beside`` what has none and why."""
    coloured = color and stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    stream.write(_coloured(view.patch) if coloured else view.patch)
    stream.flush()
    for finding in view.findings:
        if finding.patch is None:
            place = f" {finding.where}" if finding.where else ""
            beside.write(f"No patch for {finding.code}{place}: {finding.unpatched or finding.fix}\n")
    beside.flush()


def _coloured(patch: str) -> str:
    """For a terminal: signs of the source that would move the cursor are written out."""
    return "".join(_line(line.removesuffix("\r")) for line in patch.split("\n")[:-1])


def _line(line: str) -> str:
    safe = "".join(
        sign if sign.isprintable() or sign == "\t" else sign.encode("unicode_escape").decode() for sign in line
    )
    style = next((code for start, code in _COLOURS if line.startswith(start)), "")
    return f"\x1b[{style}m{safe}\x1b[0m\n" if style else f"{safe}\n"
