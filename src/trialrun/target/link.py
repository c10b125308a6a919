"""The parent's hold on the warm process: starting it, talking to it, and noticing its death."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from trialrun.errors import InternalError, TrialrunError, UsageError
from trialrun.target import kernel, lifetime, reap
from trialrun.target.channel import Channel

MARKER = "TRIALRUN_RUN"  # in the environment of all that the warm process starts: how they are found if it is killed

_IMPORT_S = 300.0  # torch on a cold network file system takes minutes
_CLOSE_S = reap.GIVE_UP_S + 5.0


class Link:
    """One warm process, from its start to its end."""

    def __init__(self, preload: Sequence[str]) -> None:
        self._mark = f"{os.getpid()}-{secrets.token_hex(8)}"
        self._log = kernel.file_in_memory()
        self._ready = False
        self._preload = preload
        ours, theirs = socket.socketpair()
        self._channel = Channel(ours)
        with theirs:
            self._process = subprocess.Popen(
                lifetime.boot("trialrun.target.warm", "main", str(theirs.fileno()), json.dumps(list(preload))),
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C at the terminal is for the parent alone
                env={**os.environ, MARKER: self._mark},
            )

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def await_ready(self) -> None:
        """Wait until the preloaded modules are imported.

        Raises:
            UsageError: one of them can't be; the message holds Python's own.
        """
        if self._ready:
            return
        reply = self.receive(_IMPORT_S)
        if reply is None:
            raise UsageError(f"{sys.executable} is still importing {self._names()} after {_IMPORT_S:.0f} s: given up")
        if reply["is"] == "failed":
            raise UsageError(
                f"{sys.executable} cannot import {reply['module']}.\n{reply['error'].rstrip()}\n"
                f"Start trialrun with the Python that the script runs with (PYTHON -m trialrun ...), "
                f"or install {reply['module']} into this one."
            )
        self._ready = True

    def send(self, message: dict[str, Any], files: Sequence[int] = ()) -> None:
        """Send one message.

        Raises:
            InternalError: the warm process has been killed.
        """
        try:
            self._channel.send(message, files)
        except ConnectionError:
            raise self._death() from None

    def receive(self, timeout_s: float | None) -> dict[str, Any] | None:
        """Its next message; None when none came within ``timeout_s``.

        Raises:
            UsageError: it ended while importing the preloaded modules.
            InternalError: it was killed later on.
        """
        try:
            received = self._channel.receive(timeout_s)
        except ConnectionError:
            raise self._death() from None
        return None if received is None else received[0]

    def _death(self) -> TrialrunError:
        """Why the channel has closed although nobody asked for it."""
        self.close()
        code = self._process.returncode
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
        said = self._said()
        if not self._ready and self._preload:
            return UsageError(f"{sys.executable} {how} while importing {self._names()}.{said}")
        hint = " The machine may have run out of memory." if code == -signal.SIGKILL else ""
        return InternalError(f"the process that starts the script {how}; all it had started is ended.{hint}{said}")

    def _names(self) -> str:
        return " and ".join(self._preload)

    def _said(self) -> str:
        text = os.pread(self._log, 4096, 0).decode(errors="replace").strip()
        return f"\n{text}" if text else ""

    def close(self) -> None:
        """End the warm process and everything below it; twice does no harm."""
        self._channel.close()  # the warm process then ends all that it has started, and itself
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_CLOSE_S if self._ready else 0.0)
        if self._process.poll() is None:  # still importing: it has started nothing yet
            self._process.kill()
            self._process.wait()
        if reap.PROC.joinpath("self/environ").exists():
            reap.end_all(lambda: reap.marked(f"{MARKER}={self._mark}"))  # what a killed warm process could not end

    def release(self) -> None:
        """Close what :meth:`close` leaves readable."""
        os.close(self._log)
