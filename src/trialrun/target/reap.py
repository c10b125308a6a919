"""Which processes descend from this one, and ending all of them.

Linux tells by ``/proc``; elsewhere ``ps`` does. Only on Linux do daemons (forked twice, their own session) stay in
sight, because the process that asks has called :func:`trialrun.target.kernel.adopt_orphans`; elsewhere they are found
only as long as they keep the child's process group.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")

# Helpers of Python and torch that outlive a program by design for a moment, to remove its semaphores and shared memory.
_CLEANERS = (b"multiprocessing.resource_tracker", b"torch_shm_manager")
_CLEANERS_S = 1.0
# Only a process stuck in the kernel (a dead network file system) survives SIGKILL; it must not take trialrun with it.
GIVE_UP_S = 10.0
_POLL_S = 0.005


@dataclass(frozen=True)
class Process:
    """One line of the process table."""

    pid: int
    parent: int
    group: int
    dead: bool  # ended, its parent has not asked for its status yet


def processes() -> dict[int, Process]:
    """All processes that can be seen, by pid."""
    return _from_proc() if (PROC / "self/stat").exists() else from_ps()


def _from_proc() -> dict[int, Process]:
    found = {}
    for name in os.listdir(PROC):
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError):  # it has ended in the meantime
            found[int(name)] = _read_stat(name)
    return found


def _read_stat(pid: str) -> Process:
    with open(f"{PROC}/{pid}/stat", "rb") as file:
        text = file.read()
    state, parent, group = text[text.rindex(b")") + 2 :].split(None, 3)[:3]  # the name before may hold anything
    return Process(int(pid), int(parent), int(group), state in (b"Z", b"X"))


def from_ps() -> dict[int, Process]:
    """The table where there is no ``/proc``."""
    with subprocess.Popen(["ps", "-A", "-o", "pid=,ppid=,pgid=,stat="], stdout=subprocess.PIPE) as ps:
        output, _ = ps.communicate()
    found = {}
    for line in output.decode().splitlines():
        pid, parent, group, state = line.split(None, 3)
        if int(pid) != ps.pid:
            found[int(pid)] = Process(int(pid), int(parent), int(group), state.startswith("Z"))
    return found


def descendants(root: int, table: dict[int, Process]) -> list[Process]:
    """Children of ``root``, their children, and so on."""
    children: dict[int, list[Process]] = {}
    for process in table.values():
        children.setdefault(process.parent, []).append(process)
    found: list[Process] = []
    front = [root]
    while front:
        below = children.get(front.pop(), [])
        found += below
        front += [process.pid for process in below]
    return found


def marked(marker: str) -> list[Process]:
    """Living processes that were started with ``marker`` (``NAME=value``) in their environment; needs ``/proc``."""
    wanted = marker.encode()
    found = []
    for name in os.listdir(PROC):
        with contextlib.suppress(OSError):
            if name.isdigit() and wanted in (PROC / name / "environ").read_bytes().split(b"\0"):
                found.append(_read_stat(name))
    return found


def end_all(find: Callable[[], list[Process]], after_each: Callable[[], None] = lambda: None) -> list[int]:
    """Kill what ``find`` returns, again and again until it returns nothing.

    Whole process groups are killed, which the kernel does at one stroke: a program that keeps forking and leaving would
    be gone from every list by the time it is acted on. Its dead lead to its group as well as the living, and as long as
    nobody but ``after_each`` reaps them, none is missed.

    Args:
        find: processes, dead ones included, all of groups that no other process is in except for that of the caller.
        after_each: called between rounds, to reap.

    Returns:
        The pids that could not be ended: stuck in the kernel.
    """
    start = time.monotonic()
    while found := find():
        elapsed = time.monotonic() - start
        if elapsed > GIVE_UP_S:
            return [process.pid for process in found if not process.dead]
        _kill(found, {process.pid for process in found if elapsed < _CLEANERS_S and _is_cleaner(process.pid)})
        time.sleep(_POLL_S)
        after_each()
    return []


def _kill(found: list[Process], spared: set[int]) -> None:
    left_whole = {process.group for process in found if process.pid in spared} | {os.getpgrp()}
    for group in {process.group for process in found} - left_whole:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    for process in found:
        if process.group in left_whole and process.pid not in spared:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process.pid, signal.SIGKILL)


def _is_cleaner(pid: int) -> bool:
    try:
        command = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return False
    return any(name in command for name in _CLEANERS)


def own_descendants(group: int) -> list[Process]:
    """Descendants of this process, dead ones too; where it is handed no orphans, also what is left of ``group``."""
    table = processes()
    below = descendants(os.getpid(), table)
    if sys.platform != "linux":
        below += [process for process in table.values() if process.group == group]
    return below


def reap_ended() -> dict[int, int]:
    """Wait statuses, by pid, of the children that have ended since the last call."""
    statuses: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return statuses
        if pid == 0:
            return statuses
        statuses[pid] = status
