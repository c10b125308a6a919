"""What is added to an open file is taken off again, however it is held; nothing else is touched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from trialrun.target.files import remember_lengths

WAYS: dict[str, tuple[dict[str, Any], Any, Any]] = {
    "text": ({"mode": "w"}, "kept\n", "more\n"),
    "text, line by line": ({"mode": "w", "buffering": 1}, "kept\n", "more\n"),
    "appended text": ({"mode": "a"}, "kept\n", "more\n"),
    "bytes": ({"mode": "wb"}, b"kept\n", b"more\n"),
    "bytes, unbuffered": ({"mode": "wb", "buffering": 0}, b"kept\n", b"more\n"),
    "read and written": ({"mode": "w+b"}, b"kept\n", b"more\n"),
}


@pytest.mark.parametrize(("options", "kept", "more"), WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("flushed", [True, False])
def test_what_is_added_is_taken_off(
    tmp_path: Path, options: dict[str, Any], kept: Any, more: Any, flushed: bool
) -> None:
    path = tmp_path / "log"
    with open(path, **options) as file:
        file.write(kept)
        cut_back = remember_lengths()
        for _ in range(3):
            file.write(more)
        if flushed:
            file.flush()
        cut_back()
        assert path.read_bytes() == b"kept\n"
        assert file.tell() == 5
        file.write(more)
    assert path.read_bytes() == b"kept\nmore\n"


def test_nothing_added_nothing_done(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("w") as file:
        file.write("kept")
        cut_back = remember_lengths()
        cut_back()
        file.write(" on")
    assert path.read_text() == "kept on"


def test_files_that_are_only_read_stay_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text("0123456789")
    with path.open() as file:
        file.read(3)
        cut_back = remember_lengths()
        file.read(4)
        cut_back()
        assert file.read() == "789"


def test_a_file_closed_in_between_is_no_fault(tmp_path: Path) -> None:
    file = (tmp_path / "log").open("w")
    file.write("kept")
    cut_back = remember_lengths()
    file.close()
    cut_back()
    assert (tmp_path / "log").read_text() == "kept"


def test_pipes_are_left_alone() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe, os.fdopen(reading) as end:
        cut_back = remember_lengths()
        pipe.write("through\n")
        pipe.flush()
        cut_back()
        assert end.readline() == "through\n"


STREAMS = """
import sys
from trialrun.target.files import remember_lengths
cut_back = remember_lengths()
print("shown", flush=True)
print("told", file=sys.stderr, flush=True)
cut_back()
"""


def test_the_standard_streams_are_left_alone_though_they_are_files(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as out, (tmp_path / "err").open("w") as err:
        subprocess.run([sys.executable, "-c", STREAMS], stdout=out, stderr=err, check=True)
    assert (tmp_path / "out").read_text() == "shown\n"
    assert (tmp_path / "err").read_text() == "told\n"


def test_objects_that_lie_about_their_class_are_not_woken(tmp_path: Path) -> None:
    class Lazy:
        woken = 0

        @property
        def __class__(self) -> Any:  # as lazily imported modules and proxies have it
            Lazy.woken += 1
            return Lazy

    lazy = [Lazy()]
    with (tmp_path / "log").open("w"):
        remember_lengths()()
    assert Lazy.woken == 0 and lazy
