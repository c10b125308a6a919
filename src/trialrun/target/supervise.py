"""The parent's side of processes: start children, wait for them under a time limit, leave none behind."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from trialrun.errors import InternalError, UsageError
from trialrun.target import kernel, lifetime, memory
from trialrun.target.job import Exit, Job
from trialrun.target.link import Link

_INTERRUPT_S = 3.0  # from SIGINT to SIGTERM: time for a script's own clean-up
_TERMINATE_S = 1.0  # from SIGTERM to SIGKILL
_STACK_S = 2.0  # writing the stacks of a dozen threads takes milliseconds, on a busy machine more
_STACK_POLL_S = 0.02
_STACK_QUIET = 3  # looks without anything new after which it counts as complete


class Supervisor:
    """Keeps one warm process and starts the children of a rehearsal from it, one at a time.

    Entering starts the warm process, which imports ``preload`` at once while the caller goes on. Leaving, by an
    exception as well, ends every process that a child has started; so does the death of this process, SIGKILL included.
    """

    def __init__(self, preload: tuple[str, ...] = ("torch",)) -> None:
        # a process that has loaded Apple's frameworks must not be forked: there every child starts cold
        self._preload = preload if sys.platform == "linux" else ()
        self._link: Link | None = None
        self._child: Child | None = None

    def __enter__(self) -> Supervisor:
        if not hasattr(os, "fork"):
            raise UsageError("trialrun needs Linux or macOS to run a script; on Windows use it inside WSL")
        if not sys.executable:
            raise UsageError("this Python does not know its own executable (sys.executable is empty)")
        self._link = Link(self._preload)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        link, self._link = self._link, None
        if link is not None:
            try:
                link.close()
            finally:
                link.release()

    def start(self, job: Job) -> Child:
        """Start ``job`` in a process of its own, forked from the warm process or, when cold, in a fresh interpreter.

        Waits for the preloaded modules first.

        Raises:
            UsageError: a preloaded module can't be imported, an output file can't be opened, the system refuses a
                process.
            InternalError: a child is still running, or the warm process has been killed.
        """
        if self._link is None:
            raise InternalError("the supervisor has not been entered")
        if self._child is not None and self._child.exit is None:
            raise InternalError("a child is still running: stop it before starting another")
        if not self._link.alive:  # it was killed under the child before
            self._link.release()
            self._link = Link(self._preload)
        self._link.await_ready()
        with ExitStack() as opened:
            streams = _streams(job, opened)
            stacks = kernel.file_in_memory()
            request = {"do": "start", "entry": job.entry, "payload": job.payload, "cold": job.cold}
            with ExitStack() as failed:
                failed.callback(os.close, stacks)
                self._link.send(request, (*streams, stacks))
                reply = self._link.receive(None)
                assert reply is not None  # without a time limit there is an answer or an exception
                if reply["is"] == "refused":
                    raise UsageError(f"the system refuses to start another process: {reply['error']}")
                failed.pop_all()
        self._child = Child(self._link, reply["pid"], reply["cold"], stacks)
        return self._child


def _streams(job: Job, opened: ExitStack) -> tuple[int, int, int]:
    if job.stdin_terminal:
        return (0, 1, 2)
    return (
        _open(Path(os.devnull), os.O_RDONLY, opened),
        _open(job.stdout, os.O_WRONLY | os.O_CREAT | os.O_APPEND, opened),
        _open(job.stderr, os.O_WRONLY | os.O_CREAT | os.O_APPEND, opened),
    )


def _open(path: Path, flags: int, opened: ExitStack) -> int:
    try:
        descriptor = os.open(path, flags, 0o666)
    except OSError as error:
        raise UsageError(f"cannot open {path} for the script's output: {error.strerror}") from error
    opened.callback(os.close, descriptor)
    return descriptor


class Child:
    """One running job.

    ``pid`` leads a process group of its own; ``cold`` says whether it is a fresh interpreter, asked for or because this
    platform or the preloaded modules allow no fork; ``exit`` is None until it has ended. Once it has, nothing that it
    has started is left: daemons are ended with it.
    """

    def __init__(self, link: Link, pid: int, cold: bool, stacks: int) -> None:
        self.pid = pid
        self.cold = cold
        self.exit: Exit | None = None
        self._link = link
        self._stacks = stacks
        self._stacks_read = 0

    def wait(self, timeout_s: float, tick: Callable[[], None], every_s: float = 0.1) -> Exit:
        """Wait at most ``timeout_s``, calling ``tick`` every ``every_s`` and once more at the end.

        After a time-out (``timed_out``) it still runs. On Ctrl-C it is interrupted (see :meth:`interrupt`), and
        KeyboardInterrupt goes on to the caller once it has ended.

        Raises:
            InternalError: the warm process has been killed, or a process is stuck in the kernel and can't be ended.
        """
        deadline = time.monotonic() + timeout_s
        try:
            while True:
                left = deadline - time.monotonic()
                ended = self._ended_within(max(0.0, min(every_s, left)))
                tick()
                if ended is not None:
                    return ended
                if left <= 0:
                    return Exit(None, None, timed_out=True)
        except KeyboardInterrupt:
            self.interrupt()
            raise

    def interrupt(self) -> Exit:
        """Ask it to end as Ctrl-C at a terminal does, its whole group; insist with SIGTERM and at last SIGKILL.

        A second Ctrl-C in the meantime kills at once. Raises as :meth:`wait`.
        """
        try:
            for number, patience_s in ((signal.SIGINT, _INTERRUPT_S), (signal.SIGTERM, _TERMINATE_S)):
                self._signal(number, group=True)
                ended = self._ended_within(patience_s)
                if ended is not None:
                    return ended
        except KeyboardInterrupt:
            self.stop()
            raise
        return self.stop()

    def stop(self) -> Exit:
        """Kill it and all its descendants, daemons too; returns once they are gone. Raises as :meth:`wait`."""
        self._tell({"do": "stop"})
        ended = self._ended_within(None)
        assert ended is not None  # waited for without a limit
        return ended

    def stack(self) -> str:
        """Where each of its threads stands now, as Python's faulthandler writes it, innermost frame first.

        Works while native code hangs. Empty when it has ended, does not answer, or the platform has no such signal.
        """
        if self.exit is not None or lifetime.STACK_SIGNAL is None:
            return ""
        self._signal(lifetime.STACK_SIGNAL, group=False)
        deadline = time.monotonic() + _STACK_S
        seen, quiet = self._stacks_read, 0
        while quiet < _STACK_QUIET and time.monotonic() < deadline:
            time.sleep(_STACK_POLL_S)
            size = os.fstat(self._stacks).st_size
            quiet = quiet + 1 if size == seen > self._stacks_read else 0
            seen = size
        text = os.pread(self._stacks, seen - self._stacks_read, self._stacks_read)
        self._stacks_read = seen
        return text.decode(errors="replace")

    def memory_bytes(self) -> int:
        """Memory that it and its descendants take now (see :func:`trialrun.target.memory.tree_bytes`)."""
        return memory.tree_bytes(self._link.pid)

    def _signal(self, number: int, group: bool) -> None:
        # the warm process sends it, as only it knows that the pid is not yet another process's
        self._tell({"do": "signal", "number": int(number), "group": group})

    def _tell(self, message: dict[str, Any]) -> None:
        if self.exit is None:
            with self._ended_if_lost():
                self._link.send(message)

    @contextmanager
    def _ended_if_lost(self) -> Iterator[None]:
        try:
            yield
        except InternalError:  # the warm process is gone, and it took the child with it
            self._end(Exit(None, None))
            raise

    def _end(self, how: Exit) -> Exit:
        self.exit = how
        os.close(self._stacks)
        return how

    def _ended_within(self, timeout_s: float | None) -> Exit | None:
        if self.exit is not None:
            return self.exit
        with self._ended_if_lost():
            message = self._link.receive(timeout_s)
        if message is None:
            return None
        code: int | None = message["code"]
        killed = code is None or code < 0
        how = self._end(Exit(None if killed else code, -code if killed and code is not None else None))
        if message["stuck"]:
            pids = ", ".join(str(pid) for pid in message["stuck"])
            raise InternalError(
                f"process {pids} cannot be ended: it is stuck in the kernel, see `ps -o stat,wchan {pids}`"
            )
        return how
