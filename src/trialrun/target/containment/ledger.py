"""What the script wrote and removed, read from the layer that took it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from trialrun.evidence.program import WriteRecord
from trialrun.target.containment import real
from trialrun.target.containment.journal import Journal
from trialrun.target.containment.layer import Layer
from trialrun.target.containment.overlay import Overlay
from trialrun.target.containment.rules import inside

_MOST_ENTRIES = 20_000  # about 0.2 s of listing; a data set unpacked during the rehearsal may hold millions
_CACHES = frozenset(("__pycache__", ".pytest_cache", ".nv"))


@dataclass(frozen=True)
class Change:
    """A changed path as the script sees it: its size in bytes, or None where it was removed."""

    path: str
    bytes: int | None


def overlay_changes(overlay: Overlay, tmpdir: str) -> Iterator[Change]:
    """Files in the upper layers. A removed folder is one change, whatever was in it."""
    for folder, descriptor in overlay.uppers:
        waiting = [""]
        while waiting:
            here = waiting.pop()
            try:
                # Relative to a descriptor of the real folder: by its path it is out of this process's sight.
                reached = real.open_(here or ".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=descriptor)
            except OSError as error:
                if error.errno == errno.EBADF:  # the script closed it
                    break
                continue
            try:
                with real.scandir(reached) as entries:
                    found = [(entry.name, entry.stat(follow_symlinks=False)) for entry in entries]
            finally:
                os.close(reached)
            for name, status in found:
                path = os.path.join(folder, here, name)
                if name in _CACHES or path in (tmpdir, overlay.hidden):
                    continue
                if stat.S_ISDIR(status.st_mode):
                    waiting.append(os.path.join(here, name))
                elif stat.S_ISCHR(status.st_mode) and status.st_rdev == 0:  # the kernel's mark of a removed entry
                    yield Change(path, None)
                elif not stat.S_ISSOCK(status.st_mode):
                    yield Change(path, status.st_size)


def layer_changes(layer: Layer) -> Iterator[Change]:
    """Files in the layer of redirected functions, and real paths that are gone without a successor."""
    for path in sorted(layer.journal.gone):
        if not real.lexists(layer.copy_of(path)) and real.lexists(path):
            yield Change(path, None)
    waiting = [layer.root]
    while waiting:
        try:
            with real.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.name in _CACHES:
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        yield Change(layer.shown(entry.path), entry.stat(follow_symlinks=False).st_size)
        except OSError:
            continue


def write_records(changes: Iterator[Change], journal: Journal, cwd: str) -> list[WriteRecord]:
    """One record a changed path, at most 20,000, sorted by path; a path is relative to ``cwd`` where inside it."""
    times = journal.times
    records = []
    for change in changes:
        path = os.path.relpath(change.path, cwd) if inside(change.path, cwd) else change.path
        if change.bytes is None:
            records.append(WriteRecord(path, 0, 1, "delete"))
        else:
            records.append(WriteRecord(path, change.bytes, max(times[change.path], 1)))
        if len(records) >= _MOST_ENTRIES:
            break
    return sorted(records, key=lambda record: record.path)
