"""The process table and what is found in it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from trialrun.target import reap


def test_a_child_is_found_both_ways() -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as child:
        tables = [reap.from_ps()]
        if sys.platform == "linux":
            tables.append(reap.processes())
        for table in tables:
            assert table[child.pid] == reap.Process(child.pid, os.getpid(), child.pid, dead=False)
            assert child.pid in [process.pid for process in reap.descendants(os.getpid(), table)]
        child.kill()
    assert child.pid not in reap.processes()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_marked_process_is_found_whatever_it_is_called() -> None:
    with subprocess.Popen(["sleep", "60"], env={"SOME_MARK": "1"}) as child:
        assert [process.pid for process in reap.marked("SOME_MARK=1")] == [child.pid]
        assert reap.marked("SOME_MARK=11") == []
        assert reap.end_all(lambda: reap.marked("SOME_MARK=1")) == []
    assert child.returncode == -9


def test_ending_is_repeated_until_nothing_is_left() -> None:
    started: list[subprocess.Popen[bytes]] = []

    def find() -> list[reap.Process]:  # one more appears each time, as below a process that forks while it dies
        if len(started) < 3:
            started.append(subprocess.Popen(["sleep", "60"]))
        return [reap.Process(child.pid, 0, os.getpgrp(), False) for child in started if child.poll() is None]

    assert reap.end_all(find) == []
    assert [child.returncode for child in started] == [-9, -9, -9]
