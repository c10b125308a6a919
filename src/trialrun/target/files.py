"""Files that the program holds open for writing: what a repeated body adds to its logs is taken off again."""

from __future__ import annotations

import gc
import io
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import Any

_FILES = (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom, io.FileIO)


def remember_lengths() -> Callable[[], None]:
    """Note how long each file is that is open for writing; what is returned cuts them back to that length."""
    kept: list[tuple[Any, int, int]] = []
    for file in _written():
        with suppress(OSError, ValueError):
            file.flush()
            kept.append((file, os.fstat(file.fileno()).st_size, os.lseek(file.fileno(), 0, os.SEEK_CUR)))

    def cut_back() -> None:
        for file, length, position in kept:
            with suppress(OSError, ValueError):
                file.flush()
                if os.fstat(file.fileno()).st_size > length:
                    os.ftruncate(file.fileno(), length)
                    file.seek(position)

    return cut_back


def _written() -> list[Any]:
    """The outermost file objects on regular files, but for the standard streams."""
    found: dict[int, Any] = {}
    for thing in gc.get_objects():
        if not issubclass(type(thing), _FILES):  # isinstance would ask lazy objects for their class, and wake them
            continue
        with suppress(OSError, ValueError, AttributeError):
            number = thing.fileno()
            if number <= 2 or not thing.writable() or not stat.S_ISREG(os.fstat(number).st_mode):
                continue
            if number not in found or isinstance(thing, io.TextIOWrapper) or isinstance(found[number], io.FileIO):
                found[number] = thing
    return list(found.values())
