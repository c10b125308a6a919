"""``--pdb`` opens the debugger on a terminal, at the crash and at ``breakpoint()``."""

from __future__ import annotations

import os
import pty
import select
import sys
import time

from tests.rehearsal.conftest import TRAINING, Command


def converse(command: Command, answers: list[bytes]) -> tuple[int, str]:
    """Run ``trialrun run --pdb train.py`` on a terminal; one answer a prompt. Its status and all it showed."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(command.folder)
        arguments = [sys.executable, "-m", "trialrun", "run", "--pdb", "train.py"]
        os.execve(sys.executable, arguments, command.environment)
    shown, unread, deadline = b"", b"", time.monotonic() + 90
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.5)[0]:
            continue
        try:
            data = os.read(terminal, 4096)
        except OSError:  # the other side has closed
            break
        shown, unread = shown + data, unread + data
        if b"(Pdb) " in unread and answers:
            os.write(terminal, answers.pop(0) + b"\n")
            unread = b""
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    command.assert_nothing_left()
    return os.waitstatus_to_exitcode(status), shown.decode(errors="replace")


def test_at_a_crash(command: Command) -> None:
    command.write(TRAINING + "secret = 6 * 7\ntrain()\nfor i in range(9):\n    train()\nraise ValueError(i)\n")
    status, shown = converse(command, [b"p secret", b"q"])
    assert status == 3
    assert "42" in shown and shown.count("(Pdb)") == 2  # once, though a loop had been cut


def test_at_a_breakpoint(command: Command) -> None:
    command.write(TRAINING + "breakpoint()\ntrain()\n")
    status, shown = converse(command, [b"p len(x)", b"c"])
    assert status == 0
    assert "64" in shown
