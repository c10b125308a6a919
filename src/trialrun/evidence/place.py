"""Where in the user's source something happened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Where:
    """A line of the user's program.

    ``file`` is relative to the working directory where that is shorter, else absolute.
    """

    file: str
    line: int
    function: str = "<module>"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"
