"""What surrounds a run and changes its numbers: the commit, the packages, the data. No torch, no secrets."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import subprocess
from collections.abc import Iterable
from pathlib import Path

from trialrun.errors import UsageError
from trialrun.target.secrets import mask_text

GIT_S = 5.0  # a repository on a network disk may take seconds to be compared


def git(folder: Path) -> dict[str, str]:
    """Commit, number of changed files and remote of the repository that ``folder`` is in; empty where it is in none.

    Credentials in the remote's address are masked.
    """
    commit = _git(folder, "rev-parse", "HEAD")
    if commit is None:
        return {}
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    found = {
        "git.commit": commit,
        "git.changed_files": "unknown" if changed is None else str(len(changed.splitlines())),
    }
    remote = _git(folder, "remote", "get-url", "origin")
    return {**found, "git.remote": mask_text(remote)} if remote else found


def _git(folder: Path, *words: str) -> str | None:
    """What git prints; None where there is no git, no repository, or no answer in time."""
    # Optional locks off: a status that refreshes the index would write into the user's repository.
    command = ["git", "--no-optional-locks", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_S, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


@functools.cache  # a tenth of a second
def packages() -> dict[str, str]:
    """Installed packages and their versions, by name."""
    found = {
        str(one.metadata["Name"]): one.version for one in importlib.metadata.distributions() if one.metadata["Name"]
    }
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


def data(paths: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of each of ``paths``; of a folder, of the names and contents of all files in it, in their order.

    Raises UsageError where one cannot be read.
    """
    return {str(path): _digest(path) for path in paths}


def _digest(path: Path) -> str:
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    whole = hashlib.sha256()
    for file in files:
        if path.is_dir():
            whole.update(str(file.relative_to(path)).encode() + b"\0")
        try:
            with file.open("rb") as stream:
                while chunk := stream.read(2**20):
                    whole.update(chunk)
        except OSError as error:
            raise UsageError(f"--data {path}: {file} cannot be read ({error.strerror or error}).") from error
    return whole.hexdigest()
