"""The warm process: it imports torch, nothing else, and forks one child a job.

It is the parent of every process of a rehearsal and adopts the orphans among them, so it alone knows when the last
one is gone. It obeys the lines of its control channel, and ends everything when that closes: then trialrun itself has
ended, in whatever way.

    start  (with the child's three streams and its stack file)  ->  started | refused
    signal (to the child's process group, or to the child alone)
    stop   (kill the child and all its descendants)
                                                                 ->  ended, once no descendant is left
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
import warnings
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from trialrun.target import kernel, lifetime, reap
from trialrun.target.channel import Channel

_TASKS = Path("/proc/self/task")

import_seconds: dict[str, float] = {}  # what each preloaded module took: a forked child did not pay for it


def main(control: str, preload: str) -> NoReturn:
    """Import the modules of the JSON list ``preload``, then serve the socket whose descriptor is ``control``."""
    kernel.die_with_parent(signal.SIGKILL)  # no one reads the channel while importing
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # children get Python's own handler back
    channel = Channel(socket.socket(fileno=int(control)))
    name = ""
    try:
        for name in json.loads(preload):
            begun = time.perf_counter()
            importlib.import_module(name)
            import_seconds[name] = time.perf_counter() - begun
    except BaseException:
        channel.send({"is": "failed", "module": name, "error": traceback.format_exc()})
        sys.exit(1)
    tempfile.tempdir = None  # some modules ask for it when imported; a child may be given another TMPDIR
    _finalise_nothing_in_children()
    gc.collect()
    gc.freeze()  # a child's collections then neither walk torch's 160,000 objects nor copy their pages
    keeper = Keeper(channel, can_fork=fork_is_safe())
    kernel.adopt_orphans()
    kernel.die_with_parent(0)  # from here on the closed channel tells, and what is left is ended in order
    channel.send({"is": "ready", "can_fork": keeper.can_fork})
    become = keeper.serve()
    become()  # only in a child; called here so that its stack holds nothing of the serving
    raise AssertionError("a child never returns")


def _finalise_nothing_in_children() -> None:
    """What the preloaded modules have put up to be finalised at exit is this process's: no child does it.

    Torch takes its operators apart at exit, hundreds of them, and so copies thousands of pages that a child shares with
    this process: 0.05 s a child. What the program itself puts up is finalised as ever.
    """
    for finaliser in list(weakref.finalize._registry):  # type: ignore[attr-defined]
        finaliser.atexit = False


def fork_is_safe() -> bool:
    """Whether a fork of this process works: no thread of Python's, and no native one that does not survive a fork.

    Thread pools made to survive one (OpenBLAS) are stopped before a fork and started again when needed. So a trial fork
    tells: what is still running after it is a pool that a child would wait for without end.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    pid = _fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return len(os.listdir(_TASKS)) == 1


def _fork() -> int:
    with warnings.catch_warnings():  # Python 3.12 warns where threads exist; fork_is_safe has looked more closely
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


class Keeper:
    """Starts, signals and ends one child at a time."""

    def __init__(self, channel: Channel, can_fork: bool) -> None:
        self.can_fork = can_fork
        self._channel = channel
        self._child: int | None = None
        self._wake, self._woken = os.pipe()  # one byte for every SIGCHLD
        for end in (self._wake, self._woken):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> Callable[[], NoReturn]:
        """Obey until the channel closes, then exit. Returns in a forked child only, with what that is to do."""
        while True:
            readable, _, _ = select.select([self._channel.fileno(), self._wake], [], [])
            if self._wake in readable:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake, 4096)
            try:
                self._note(reap.reap_ended())
                if self._channel.fileno() in readable:
                    received = self._channel.receive()
                    assert received is not None
                    become = self._obey(*received)
                    if become is not None:
                        return become
            except ConnectionError:
                with contextlib.suppress(ConnectionError):
                    self._end_all({})
                os._exit(0)

    def _obey(self, message: dict[str, Any], files: list[int]) -> Callable[[], NoReturn] | None:
        if message["do"] == "start":
            return self._start(message, files)
        if self._child is None:  # it has ended in the meantime, and the other end is about to read so
            return None
        if message["do"] == "signal":
            send = os.killpg if message["group"] else os.kill
            with contextlib.suppress(ProcessLookupError, PermissionError):
                send(self._child, message["number"])
        elif message["do"] == "stop":
            self._end_all({})
        return None

    def _start(self, message: dict[str, Any], files: list[int]) -> Callable[[], NoReturn] | None:
        cold = message["cold"] or not self.can_fork
        settled, settling = os.pipe()
        keeper = os.getpid()
        try:
            pid = _fork()
        except OSError as error:
            for descriptor in (settled, settling, *files):
                os.close(descriptor)
            self._channel.send({"is": "refused", "error": str(error)})
            return None
        if pid == 0:
            return self._in_child(message, files, keeper, (settled, settling), cold)
        for descriptor in (settling, *files):
            os.close(descriptor)
        os.read(settled, 1)  # closed once the child has its own session: from then on it can be signalled
        os.close(settled)
        self._child = pid
        self._channel.send({"is": "started", "pid": pid, "cold": cold})
        return None

    def _in_child(
        self, message: dict[str, Any], files: list[int], keeper: int, sync: tuple[int, int], cold: bool
    ) -> Callable[[], NoReturn]:
        *streams, stack_file = files
        entry, payload = message["entry"], message["payload"]
        try:
            said = b"" if cold else _said_while_importing()
            lifetime.settle(keeper, streams)
            self._channel.close()
            for descriptor in (self._wake, self._woken, *sync):
                os.close(descriptor)
            os.write(2, said)
        except BaseException:
            traceback.print_exc()
            os._exit(lifetime.ENTRY_FAILED)
        if cold:
            return lambda: lifetime.become_cold(entry, payload, stack_file)
        return lambda: lifetime.run(entry, payload, stack_file)

    def _note(self, statuses: dict[int, int]) -> None:
        """Once the child is among ``statuses``, end what it has left behind and report."""
        if self._child is not None and self._child in statuses:
            self._end_all(statuses)

    def _end_all(self, statuses: dict[int, int]) -> None:
        """End every process below this one and report the child; ``statuses`` are those of the reaped ones so far."""
        child = self._child
        stuck = reap.end_all(
            find=lambda: reap.own_descendants(child or 0),
            after_each=lambda: statuses.update(reap.reap_ended()),
        )
        statuses.update(reap.reap_ended())
        if child is not None:
            self._child = None
            code = os.waitstatus_to_exitcode(statuses[child]) if child in statuses else None
            self._channel.send({"is": "ended", "code": code, "stuck": stuck})


def _said_while_importing() -> bytes:
    """Warnings of the preloaded modules: a script that imports them itself would have shown them."""
    try:
        return os.pread(2, 1 << 16, 0)
    except OSError:  # not a file
        return b""
