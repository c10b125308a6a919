"""Entering containment: the best way available, what it did and did not do, and what the script changed."""

from __future__ import annotations

import dataclasses
import errno
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from trialrun.errors import UsageError
from trialrun.evidence.program import BlockedRecord, ContainmentRecord, WriteRecord
from trialrun.target.containment import real
from trialrun.target.containment.ledger import write_records
from trialrun.target.containment.overlay import UnavailableError, discard
from trialrun.target.containment.rules import METHODS, Rules
from trialrun.target.containment.temporary import use_tmpdir
from trialrun.target.containment.trackers import go_offline
from trialrun.target.containment.ways import Way, use_landlock, use_overlay, use_redirection

_WAYS = {"overlay": use_overlay, "landlock": use_landlock, "redirection": use_redirection}
_REFUSED_STATUS = 126


class Containment:
    """The containment of this process: ``record`` names the way, ``tmpdir`` takes temporary files."""

    def __init__(self, record: ContainmentRecord, way: Way, cwd: str) -> None:
        self.record = record
        self.tmpdir = way.tmpdir
        self._way = way
        self._cwd = cwd

    def arm(self) -> None:
        """The first update has happened: from now on connections and child programs are refused."""
        self._way.guard.arm()

    def ledger(self) -> list[WriteRecord]:
        """Files the script has written or removed so far, without caches and temporary files."""
        return write_records(self._way.changes(), self._way.journal, self._cwd)

    def remember(self) -> Callable[[], None]:
        """Note how often each file was written; what is returned makes the counts so again."""
        return self._way.journal.remember()

    def tell_openings(self, opened: Callable[[str], None]) -> None:
        """Call ``opened`` with the real path of every file that is opened for writing from now on, in this process."""
        self._way.journal.on_opened = opened

    def explain(self, error: BaseException) -> str | None:
        """What to do where ``error`` comes from containment and not from the script; None where it does not."""
        text = str(error)
        if "--allow-" in text:
            return text
        if isinstance(error, subprocess.CalledProcessError) and error.returncode == _REFUSED_STATUS:
            return self._way.guard.programs.refused or None
        number, path = self._denied(error)
        if number is None:
            return None
        if number == errno.ENOSPC:
            return f"{text}: the scratch folder's disk is full; --out DIR puts the run folder on another one"
        advice = f"--allow-write {os.path.dirname(path)}" if path else "--allow-write PATH"
        return (
            f"{text}: containment by {self.record.method} does not let this be written; {advice} lets the script "
            "write there for real"
        )

    def _denied(self, error: BaseException) -> tuple[int | None, str]:
        """The ``errno`` and path of a refusal that the script would not have met without containment."""
        if isinstance(error, OSError) and error.errno is not None:
            path = os.path.abspath(os.fsdecode(error.filename)) if isinstance(error.filename, (str, bytes)) else ""
            if error.errno == errno.ENOSPC:
                return error.errno, path
            by_method = (
                (errno.EROFS, errno.EOVERFLOW) if self.record.method == "overlay" else (errno.EACCES, errno.EPERM)
            )
            if error.errno in by_method and (not path or self.record.method == "overlay" or _user_may_write(path)):
                return error.errno, path
            return None, ""
        # HDF5, SQLite and PyTorch's own writers tell in words.
        words = ("permission denied", "errno = 13", "unable to open database", "readonly database")
        if self.record.method == "landlock" and any(word in str(error).lower() for word in words):
            return errno.EACCES, ""
        return None, ""


def _user_may_write(path: str) -> bool:
    """By the file's own permissions, which a kernel rule does not change."""
    return real.access(path if os.path.exists(path) else os.path.dirname(path), os.W_OK)


def enter(rules: Rules, on_blocked: Callable[[BlockedRecord], None]) -> Containment:
    """Put this process under containment, for good; it has one thread and has run no code of the user's.

    ``on_blocked`` is told once of each connection, program or file that was refused. Raises UsageError where the run
    folder cannot be written, and where a way that was asked for is not available here.
    """
    if rules.method not in ("auto", *METHODS):
        raise UsageError(f"no such way of containment: {rules.method!r}; there are auto, {', '.join(METHODS)}")
    rules = _absolute(rules)
    try:
        discard(rules.scratch)  # an earlier attempt's files are not this one's
        rules.scratch.mkdir(parents=True)
    except OSError as error:
        raise UsageError(
            f"cannot write the run folder {rules.run_dir}: {error.strerror}; --out DIR names another"
        ) from error
    reasons: list[str] = []
    for method in METHODS if rules.method == "auto" else (rules.method,):
        try:
            way = _WAYS[method](rules, on_blocked)
        except UnavailableError as reason:
            reasons.append(f"no {method}: {reason}")
            continue
        except OSError as error:
            raise UsageError(f"cannot prepare {error.filename or rules.scratch}: {error.strerror}") from error
        use_tmpdir(way.tmpdir)
        if not rules.allow_network:
            go_offline(way.tmpdir)
        return Containment(ContainmentRecord(method, "; ".join(reasons + way.notes)), way, os.path.realpath(rules.cwd))
    raise UsageError(f"containment by {rules.method} is not available here: {'; '.join(reasons)}")


def _absolute(rules: Rules) -> Rules:
    def full(path: Path) -> Path:
        return Path(os.path.abspath(path))

    return dataclasses.replace(rules, cwd=full(rules.cwd), scratch=full(rules.scratch), run_dir=full(rules.run_dir))
