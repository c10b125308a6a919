"""Python warnings as they are shown: filters and once-registries stay untouched."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture.patches import Patches
from trialrun.capture.watch import Watch
from trialrun.evidence.program import WarningRecord

MAX_WARNINGS = 100
MAX_TEXT = 500
_OURS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_NOT_THE_USERS = (_OURS, os.path.dirname(torch.__file__), warnings.__file__)


class WarningSource:
    """Wraps ``warnings.showwarning``.

    A warning raised in C++ during an operation we watch is blamed on our frame that called it: what the user sees
    names their own line instead.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._patches = Patches()
        self._records: dict[tuple[Any, ...], WarningRecord] = {}

    def attach(self) -> None:
        self._patches.replace(warnings, "showwarning", self._wrap)

    def detach(self) -> None:
        self._patches.undo()

    def _wrap(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def showwarning(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: Any = None,
            line: Any = None,
        ) -> None:
            if filename.startswith(_OURS):
                filename, lineno = _outside(filename, lineno)
            if self._watch.listening():
                self._watch.shielded(("warning",), self._note, message, category)
            original(message, category, filename, lineno, file, line)

        return showwarning

    def _note(self, message: Warning | str, category: type[Warning]) -> None:
        where = self._watch.position.where()
        text = str(message)[:MAX_TEXT]
        key = (category.__name__, text, where)
        old = self._records.get(key)
        if old is None and len(self._records) >= MAX_WARNINGS:
            return
        times = old.count + 1 if old else 1
        dimensions = _torch.implicit_softmax_dimensions() if text.startswith("Implicit dimension choice") else None
        self._records[key] = WarningRecord(category.__name__, text, where, times, dimensions)
        self._watch.write(self._records[key])


def _outside(filename: str, lineno: int) -> tuple[str, int]:
    """The innermost running line that is neither ours nor torch's."""
    frame: Any = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_NOT_THE_USERS):
        frame = frame.f_back
    return (frame.f_code.co_filename, frame.f_lineno) if frame is not None else (filename, lineno)
