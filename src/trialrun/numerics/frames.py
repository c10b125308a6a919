"""Tracebacks of the user's code, without frames of ours."""

from __future__ import annotations

import importlib
import os
import traceback

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def own_frames(error: BaseException) -> str:
    """The traceback of ``error`` from the first frame that is not ours on, as Python prints it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not _is_ours(frame.filename)]
    text = traceback.format_list(frames) + traceback.format_exception_only(type(error), error)
    return "".join(text).rstrip()


def _is_ours(path: str) -> bool:
    return path.startswith((_PACKAGE + os.sep, "<frozen importlib")) or path == importlib.__file__
