"""The second way: Landlock forbids this process and its children to write outside a few places, for good.

What Python writes is redirected before it gets there; native writers and child programs meet the kernel's refusal.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from trialrun.target.containment import syscalls
from trialrun.target.containment.overlay import UnavailableError
from trialrun.target.containment.rules import KERNEL_PATHS, Rules

_WRITE_FILE = 1 << 1
_IN_FOLDERS = sum(1 << bit for bit in range(4, 13))  # remove folder or file; make device, folder, file, socket, link
_REFER = 1 << 13  # rename or link across folders; since version 2, before it that is always forbidden
_TRUNCATE = 1 << 14  # since version 3, before it a native truncate() is free


def enter_landlock(rules: Rules, places: list[Path]) -> list[str]:
    """Restrict this process; returns what the kernel's version leaves open. Raises :class:`UnavailableError`."""
    version = syscalls.landlock_version()
    if version == 0:
        raise UnavailableError("this kernel has no Landlock, or it is switched off")
    on_files = _WRITE_FILE | (_TRUNCATE if version >= 3 else 0)
    handled = on_files | _IN_FOLDERS | (_REFER if version >= 2 else 0)
    try:
        ruleset = syscalls.landlock_ruleset(handled)
        try:
            for place in map(str, (*KERNEL_PATHS, rules.scratch, rules.run_dir, *places)):
                if os.path.exists(place):
                    _allow(ruleset, place, handled, on_files)
            syscalls.landlock_restrict(ruleset)
        finally:
            os.close(ruleset)
    except OSError as error:
        raise UnavailableError(f"Landlock refused ({error.strerror})") from None
    return [] if version >= 3 else ["this kernel's Landlock does not stop native code from truncating files"]


def _allow(ruleset: int, place: str, handled: int, on_files: int) -> None:
    descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        syscalls.landlock_allow(ruleset, handled if folder else on_files, descriptor)
    finally:
        os.close(descriptor)
