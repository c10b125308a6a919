"""What each mend makes of a piece of source, and what it leaves alone with a reason.

``>`` marks the line a finding points to; it is not part of the source.
"""

from __future__ import annotations

import textwrap
from typing import Any

from trialrun.findings.finding import Finding, Location, Mend, Severity
from trialrun.fixes import patch


def finding(line: int, name: str, file: str = "t.py", **values: Any) -> Finding:
    return Finding("GRD401", "slug", Severity.ERROR, "", "", Location(file, line), mend=Mend(name, values))


def marked(text: str) -> tuple[str, int]:
    """The source without its mark, and the line it stood in."""
    lines = textwrap.dedent(text).removeprefix("\n").split("\n")
    number = next(index for index, line in enumerate(lines) if line.startswith(">"))
    lines[number] = " " * (lines[number][1:2] == " ") + lines[number][1:]
    return "\n".join(lines), number + 1


def mended(text: str, name: str, **values: Any) -> str:
    source, line = marked(text)
    done = patch.apply([finding(line, name, **values)], {"t.py": source}, {})
    assert done.findings[0].patch, done.findings[0].unpatched
    return done.texts["t.py"]


def reason(text: str, name: str, **values: Any) -> str:
    """Why the mend is not made."""
    source, line = marked(text)
    done = patch.apply([finding(line, name, **values)], {"t.py": source}, {})
    assert not done.texts
    assert done.patch == ""
    assert done.findings[0].patch is None
    return done.findings[0].unpatched


def source(text: str) -> str:
    return textwrap.dedent(text).removeprefix("\n")
