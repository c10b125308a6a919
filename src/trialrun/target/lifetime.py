"""The first and the last moments of a child process: what is set up around the user's program and how it ends."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import faulthandler
import gc
import importlib
import io
import json
import os
import resource
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn, TextIO

from trialrun.target import kernel

ENTRY_FAILED = 70  # sysexits.h, EX_SOFTWARE: the entry function itself raised, its traceback is on stderr
_FLUSH_FAILED = 120  # what Python itself ends with when standard output can't be flushed

# Asks a child where it stands. A real-time signal, because programs use SIGUSR1 and SIGUSR2 themselves.
STACK_SIGNAL: int | None = signal.SIGRTMAX - 5 if hasattr(signal, "SIGRTMAX") else None


def settle(parent: int, streams: Sequence[int]) -> None:
    """Make a freshly forked process independent of the terminal, of its parent's handlers and of its parent's life.

    It leads a session and a process group of its own, so that Ctrl-C reaches trialrun alone, which passes it on.
    ``streams`` become its standard input, output and error.
    """
    os.setsid()
    kernel.die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(ENTRY_FAILED)
    kernel.prefer_for_oom_kill()
    resource.setrlimit(
        resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1])
    )  # no core file on a crash
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
    for descriptor in streams:
        os.close(descriptor)


def become_cold(entry: str, payload: dict[str, Any], stack_file: int) -> NoReturn:
    """Replace this process by a fresh interpreter that runs ``entry(payload)`` and imports only what that needs."""
    request = kernel.file_in_memory()
    with os.fdopen(os.dup(request), "w") as file:
        json.dump({"entry": entry, "payload": payload}, file)
    os.lseek(request, 0, os.SEEK_SET)
    for descriptor in (request, stack_file):
        os.set_inheritable(descriptor, True)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # or the new interpreter inherits it as it is now
    arguments = boot("trialrun.target.lifetime", "run_cold", str(request), str(stack_file))
    os.execv(arguments[0], arguments)


def boot(module: str, function: str, *arguments: str) -> list[str]:
    """Command that calls ``module.function(*arguments)`` in a fresh interpreter of the same Python.

    ``python -c`` puts the working directory first on ``sys.path``, where a user's ``socket.py`` would be taken for
    Python's: it is removed. What the script's own folder needs there, the loader puts there.
    """
    code = (
        "import sys; getattr(sys.flags, 'safe_path', False) or sys.path.pop(0); "
        f"from {module} import {function}; {function}(*sys.argv[1:])"
    )
    return [sys.executable, "-c", code, *arguments]


def run_cold(request_text: str, stack_text: str) -> NoReturn:
    """Start of a cold child: descriptors of the request and of the file for :func:`run`'s stack, as text."""
    with os.fdopen(int(request_text)) as file:
        request = json.load(file)
    os.set_inheritable(int(stack_text), False)
    run(request["entry"], request["payload"], int(stack_text))


def run(entry: str, payload: dict[str, Any], stack_file: int) -> NoReturn:
    """Call ``entry(payload)`` and end this process with the int it returns, as Python ends after a script.

    On :data:`STACK_SIGNAL` the stacks of all threads are written to ``stack_file``, even while native code hangs.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True)  # what was printed before a kill is then in the file
    faulthandler.enable()
    if STACK_SIGNAL is not None:
        faulthandler.register(STACK_SIGNAL, file=stack_file, all_threads=True)
    status = ENTRY_FAILED
    try:
        module, _, function = entry.partition(":")
        status = getattr(importlib.import_module(module), function)(payload)
    except BaseException:
        traceback.print_exc()
    end(status)


def end(status: int) -> NoReturn:
    """Leave as an interpreter does: threads joined, ``atexit`` handlers run, files flushed; but leave for certain.

    The order is that of Python's finalisation. Modules are not taken down and no native destructor runs: a crash or a
    hang there is no statement about the program. ``atexit`` handlers run last-in-first-out, so one that an entry
    function registers before it loads the script runs after all of the script's.
    """
    try:
        threading._shutdown()  # type: ignore[attr-defined]  # joins the threads that are not daemons
    except BaseException:
        traceback.print_exc()
    atexit._run_exitfuncs()
    _flush_open_files()
    if not (_flushed(sys.stdout) and _flushed(sys.stderr)):
        status = status or _FLUSH_FAILED
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).fflush(None)  # what native code printed
    os._exit(status)


def _flushed(stream: TextIO | None) -> bool:
    try:
        if stream is not None and not stream.closed:
            stream.flush()
    except (OSError, ValueError):
        return False
    return True


def _flush_open_files() -> None:
    """Files that the script opened and never closed are written out, as they are when Python takes its modules down."""
    kinds = (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom)
    # isinstance would ask lazy objects for their __class__
    files = [candidate for candidate in gc.get_objects() if issubclass(type(candidate), kinds)]
    for file in sorted(files, key=lambda file: not isinstance(file, io.TextIOWrapper)):  # text goes to the buffer below
        with contextlib.suppress(OSError, ValueError):
            file.flush()
