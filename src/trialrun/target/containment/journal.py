"""What several processes of one script did to files, in one file that all of them append to."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


class Journal:
    """Counts the times a path was opened for writing and remembers which real paths are gone.

    Forked workers share the open descriptor and Python children open the file anew, so each sees what the others did.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self._offset = 0
        self._rest = b""
        self._opened: Counter[str] = Counter()
        self._gone: set[str] = set()
        self.on_opened: Callable[[str], None] = lambda path: None  # told at once, in the process that opened it

    def opened(self, path: str) -> None:
        """``path`` was opened for writing."""
        self._append(["opened", path])
        self.on_opened(path)

    def remove(self, path: str) -> None:
        """The real file or folder at ``path`` is gone from the script's view, with all below it."""
        self._append(["gone", path])

    @property
    def gone(self) -> set[str]:
        """Real paths that the script removed."""
        self._read()
        return self._gone

    @property
    def times(self) -> Counter[str]:
        """Openings for writing, by path."""
        self._read()
        return self._opened

    def remember(self) -> Callable[[], None]:
        """Note the counts; what is returned makes them so again, whatever was written in between."""
        kept = Counter(self.times)

        def forget() -> None:
            self._read()
            self._opened.clear()
            self._opened.update(kept)

        return forget

    def _append(self, line: list[str]) -> None:
        with suppress(OSError):  # a script may close every descriptor it did not open
            os.write(self._descriptor, json.dumps(line).encode() + b"\n")

    def _read(self) -> None:
        try:
            size = os.fstat(self._descriptor).st_size
            if size == self._offset:
                return
            data = os.pread(self._descriptor, size - self._offset, self._offset) if hasattr(os, "pread") else b""
        except OSError:
            return
        self._offset += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            with suppress(ValueError):
                kind, path = json.loads(line)
                if kind == "gone":
                    self._gone.add(path)
                else:
                    self._opened[path] += 1
