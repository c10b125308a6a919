"""Every error a user of trialrun can meet.

    TrialrunError
    |-- UsageError           what was asked for cannot be done: exit status 2
    |-- ScriptError          the user's own script crashed, where a command needs its end: exit status 3
    `-- InternalError        a fault of trialrun's own: exit status 4

Each repeats the input it is about and says what to do next.
"""

from __future__ import annotations

from pathlib import Path


class TrialrunError(Exception):
    """Base of all errors raised on purpose; ``exit_status`` is what the command line ends with."""

    exit_status = 4
    run_dir: Path | None = None  # where what was gathered lies, once there is a run folder


class UsageError(TrialrunError):
    """The command line asks for something that does not exist or cannot be done."""

    exit_status = 2


class ScriptError(TrialrunError):
    """The user's script crashed; the message repeats its exception."""

    exit_status = 3


class InternalError(TrialrunError):
    """A fault of trialrun itself; the message says what was kept of the run."""

    exit_status = 4
