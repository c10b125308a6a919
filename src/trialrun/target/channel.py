"""JSON lines over a Unix socket, with open files beside them: how the parent and the warm process talk."""

from __future__ import annotations

import json
import os
import select
import socket
from collections.abc import Sequence
from typing import Any

MAX_FILES = 4


class Channel:
    """One end of the conversation; both ends take turns, so a line never arrives behind another unread one's files."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._buffer = b""
        self._files: list[int] = []

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, message: dict[str, Any], files: Sequence[int] = ()) -> None:
        """Send one message; ``files`` are descriptors that the other end receives as its own.

        Raises:
            ConnectionError: the other end is gone.
        """
        data = (json.dumps(message) + "\n").encode()
        if files:
            sent = socket.send_fds(self._socket, [data], list(files))
            data = data[sent:]
        self._socket.sendall(data)

    def receive(self, timeout_s: float | None = None) -> tuple[dict[str, Any], list[int]] | None:
        """The next message and its files; None when none came within ``timeout_s`` (None: wait for ever).

        Raises:
            ConnectionError: the other end is gone.
        """
        while b"\n" not in self._buffer:
            if not select.select([self._socket], [], [], timeout_s)[0]:
                return None
            data, files, _, _ = socket.recv_fds(self._socket, 65536, MAX_FILES)
            for descriptor in files:
                os.set_inheritable(descriptor, False)  # as every descriptor that Python itself opens
            self._files += files
            if not data:
                raise ConnectionError("the other end has closed")
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        files, self._files = self._files, []
        return json.loads(line), files

    def close(self) -> None:
        self._socket.close()
