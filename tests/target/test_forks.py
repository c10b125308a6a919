from __future__ import annotations

import os
from collections.abc import Callable

from trialrun.target.instrument import Instrumenter
from trialrun.target.loops import Loops
from trialrun.target.policy import Policy

SOURCE = """
def read(index):
    return index


def unread(index):
    return -index
"""
FORKS = """
import os

def start(work):
    child = os.fork()
    if not child:
        work(1)
        os._exit(0)
    os.waitpid(child, 0)
"""


def _missed(started_in: str) -> list[str]:
    """Guards of what was not reached after ``read`` ran in a process that a file of this name forked."""
    instrumenter = Instrumenter(Loops(Policy(), [].append))
    instrumenter.install()
    names: dict[str, Callable[..., None]] = {}
    exec(instrumenter.compile(SOURCE, "data.py", "data.py"), names)
    exec(compile(FORKS, started_in, "exec"), names)
    names["start"](names["read"])
    return [block.guard for block in instrumenter.files["data.py"].coverage.missed()]


def test_what_a_loader_worker_ran_is_reached() -> None:
    path = os.path.join("site-packages", "torch", "utils", "data", "dataloader.py")

    assert _missed(path) == ["def unread, never called"]


def test_what_another_forked_process_ran_is_not() -> None:
    assert _missed("launch.py") == ["def read, never called", "def unread, never called"]
