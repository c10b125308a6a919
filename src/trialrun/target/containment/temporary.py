"""Where the script's temporary files go: a path into the scratch folder that is short enough for sockets."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

# A Unix socket's path has at most 107 bytes (103 on macOS). PyTorch's shared-memory manager appends
# "/torch-shm-dir-XXXXXX/manager.sock", 35 bytes, multiprocessing 32.
_LONGEST = 103 - 35


def make_tmpdir(scratch: Path) -> Path:
    """The scratch folder's ``tmp``, or a shorter name of it that lasts as long as this process."""
    folder = scratch / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    if len(os.fsencode(folder)) <= _LONGEST:
        return folder
    if os.path.isdir("/proc/self/fd"):
        return Path(f"/proc/{os.getpid()}/fd/{os.open(folder, os.O_RDONLY | os.O_DIRECTORY)}")
    return Path(tempfile.mkdtemp(prefix="trialrun-"))


def use_tmpdir(folder: Path) -> None:
    """Send temporary files of this process and its children to ``folder``."""
    for name in ("TMPDIR", "TEMP", "TMP"):
        os.environ[name] = str(folder)
    if "tempfile" in sys.modules:
        tempfile.tempdir = None  # it keeps the folder it found first
