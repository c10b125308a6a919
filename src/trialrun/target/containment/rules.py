"""What a rehearsal may touch, and the paths that are real for the script."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

METHODS = ("overlay", "landlock", "redirection")  # best first

# Written to for their effect on the kernel, a device or a sibling process, never kept: /dev holds the
# accelerators and the shared memory of DataLoader workers.
KERNEL_PATHS = ("/dev", "/proc", "/sys")


@dataclass(frozen=True)
class Rules:
    """``scratch`` takes what the script writes; it lies in ``run_dir``. ``method`` is "auto" or one of METHODS."""

    cwd: Path
    scratch: Path
    run_dir: Path
    allow_write: tuple[Path, ...] = ()
    allow_network: bool = False
    allow_exec: tuple[str, ...] = ()
    method: str = "auto"


def writable_places(rules: Rules) -> list[Path]:
    """The ``allow_write`` paths, resolved against ``cwd`` and made where missing.

    A missing path becomes an empty file when its name has a suffix (``out.db``), else a directory: a mount or a
    kernel rule needs something to stand on. Raises OSError where it cannot be made.
    """
    places = []
    for path in rules.allow_write:
        place = Path(os.path.realpath(rules.cwd / path.expanduser()))
        if not place.exists():
            if place.suffix:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.touch()
            else:
                place.mkdir(parents=True, exist_ok=True)
        places.append(place)
    return places


def inside(path: str, folder: str) -> bool:
    """Whether ``path`` is ``folder`` or lies below it; both absolute and normal."""
    return path == folder or path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def word_set(text: str) -> frozenset[str]:
    """The words of ``text``: a long table that is read as prose."""
    return frozenset(text.split())
