"""Where the program stands now, in the user's own source: what capture asks and tells the loops."""

from __future__ import annotations

import sys
from types import FrameType

from trialrun.evidence.place import Where
from trialrun.target.instrument import Instrumenter
from trialrun.target.loop import Loop
from trialrun.target.loops import Loops


class Position:
    """Answers from the call stack; every method is called from inside an event."""

    def __init__(self, loops: Loops, instrumenter: Instrumenter) -> None:
        self._loops = loops
        self._instrumenter = instrumenter

    def _user_frame(self) -> FrameType | None:
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and not self._loops.knows(frame.f_code.co_filename):
            frame = frame.f_back
        return frame

    def where(self) -> Where | None:
        """The innermost line of the user's source that is being run."""
        frame = self._user_frame()
        if frame is None:
            return None
        shown = self._instrumenter.files[frame.f_code.co_filename].coverage.file
        return Where(shown, frame.f_lineno, frame.f_code.co_name)

    def backward(self) -> None:
        """A backward has just returned."""
        self._loops.backpropagated(sys._getframe(1))

    def update(self, optimiser: int) -> None:
        """Optimiser ``optimiser`` has just stepped (-1: leaves were changed by hand)."""
        self._loops.updated(sys._getframe(1), optimiser)

    def model_call(self, grad_enabled: bool, training: bool) -> None:
        """An outermost module has just been called; without gradient, or in eval mode, it is being evaluated."""
        self._loops.called(sys._getframe(1), without_gradient=not (grad_enabled and training))

    def in_training_loop(self) -> bool:
        """Whether the innermost loop is the training loop, and not one nested in it that calls no backward.

        Before its second update the training loop is one whose body calls ``backward``.
        """
        loops = self._loops.around(sys._getframe(1))
        if loops and loops[0].site.role is None:
            return loops[0].site.trains
        return bool(loops) and loops[0].site.role == "training"

    def evaluation_loop(self) -> Where | None:
        """The loop around here that only evaluates: neither it nor what it does has trained anything so far."""
        loops = self._loops.around(sys._getframe(1))
        if not loops or loops[0].site.role not in (None, "evaluation") or loops[0].site.updates:
            return None
        return loops[0].site.where

    def item(self) -> object | None:
        """The item that the innermost loop over other than numbers and text is working on, less its index."""
        for loop in self._loops.around(sys._getframe(1)):
            item = loop.item
            if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], int):  # of an ``enumerate``
                item = item[1]
            if item is not None and not isinstance(item, (int, float, str, bytes)):
                found: object = item
                return found
        return None

    def in_loop(self) -> bool:
        """Whether any loop is around here."""
        return bool(self._loops.around(sys._getframe(1)))

    def loops(self) -> list[Loop]:
        """The loops around here, innermost first."""
        return self._loops.around(sys._getframe(1))

    def guarded(self) -> bool:
        """Whether the current line stands inside an ``if`` of its loop or function."""
        frame = self._user_frame()
        return frame is not None and frame.f_lineno in self._instrumenter.files[frame.f_code.co_filename].guarded
