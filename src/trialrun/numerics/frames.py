"""Tracebacks of the user's code, without frames of ours."""

from __future__ import annotations

import os
import sysconfig
import traceback

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_LIBRARIES = tuple(sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib"))


def own_frames(error: BaseException) -> str:
    """The traceback of ``error`` as Python prints it, the frames of the user's own files alone."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not _is_foreign(frame.filename)]
    text = traceback.format_list(frames) + traceback.format_exception_only(type(error), error)
    return "".join(text).rstrip()


def _is_foreign(path: str) -> bool:
    """Whether a file is ours, the standard library's or installed."""
    if path.startswith((_PACKAGE + os.sep, "<frozen ")) or path.startswith(_LIBRARIES):
        return True
    return "site-packages" in path or "dist-packages" in path
