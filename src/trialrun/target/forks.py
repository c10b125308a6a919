"""What forked workers of a ``DataLoader`` run is reached too: there the marks go into memory shared with the parent."""

from __future__ import annotations

import builtins
import os
import sys
import weakref
from collections.abc import Iterable
from types import FrameType
from typing import Protocol

from trialrun.target.coverage import FileCoverage

_LOADER = os.path.join("torch", "utils", "data", "dataloader.py")


class Watched(Protocol):
    """The files whose marks are kept."""

    def coverages(self) -> Iterable[FileCoverage]: ...


def share_marks(watched: Watched) -> None:
    """From now on let the loader workers that are forked mark what they run in ``FileCoverage.elsewhere``.

    Other forked processes mark their own copies, which nobody reads: they may train, and that was not watched.
    """
    known = weakref.ref(watched)

    def in_child() -> None:
        alive = known()
        if alive is not None and _in_loader(sys._getframe()):
            for coverage in alive.coverages():
                setattr(builtins, coverage.name, coverage.elsewhere)

    os.register_at_fork(after_in_child=in_child)


def _in_loader(frame: FrameType | None) -> bool:
    """Whether a loader is starting this process; a forked one still has the frames of the call."""
    while frame is not None:
        if frame.f_code.co_filename.endswith(_LOADER):
            return True
        frame = frame.f_back
    return False
