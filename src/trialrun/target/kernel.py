"""The few things that are asked of Linux itself, and what is done on other systems instead."""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
from pathlib import Path

# <linux/prctl.h>
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def _prctl(option: int, value: int) -> bool:
    """Whether the kernel agreed; False on other systems."""
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0)


def die_with_parent(number: int) -> bool:
    """Receive signal ``number`` when the thread that forked this process ends; 0 takes it back. Survives ``exec``."""
    return _prctl(_PR_SET_PDEATHSIG, number)


def adopt_orphans() -> bool:
    """Become the parent of every descendant whose own parent ends, so that none gets out of sight."""
    return _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def prefer_for_oom_kill() -> bool:
    """When memory runs out, let the system take this process and its children before anything else of the user's."""
    try:
        Path("/proc/self/oom_score_adj").write_text("1000")
    except OSError:
        return False
    return True


def file_in_memory() -> int:
    """Descriptor of a file without a name: in memory where the system can, so that a full disk does no harm."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("trialrun")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
