"""What the loops ask whoever repeats a part of the program; by default nobody does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from trialrun.target.loop import Loop
    from trialrun.target.sites import Site


class Again:
    """Run the body once more, with this item."""

    __slots__ = ("item",)

    def __init__(self, item: Any) -> None:
        self.item = item


class Repeater(Protocol):
    """Records one update window of a training loop and has it run again; see ``experiments.repeats``.

    ``awake``: iterations, draws and inner loops are to be reported. ``repeating``: what runs now is no iteration of the
    program's own, and counts for nothing. Frames are those of the user's function around the loop.
    """

    awake: bool
    repeating: bool

    def begins(self, loop: Loop, frame: FrameType) -> None:
        """An iteration of ``loop`` begins, with ``loop.item``."""

    def ended(self, loop: Loop, frame: FrameType) -> Again | None:
        """An iteration of ``loop`` is over: whether its body is to be run again before the loop goes on."""

    def extends(self, loop: Loop, frame: FrameType) -> bool:
        """``loop`` is about to be cut: whether it first runs one more item."""

    def left(self, loop: Loop) -> None:
        """``loop`` has been left, also by ``break`` or an exception."""

    def entered(self, loop: Loop, iterable: Any) -> None:
        """A loop over ``iterable`` is entered (None: a ``while``)."""

    def serve(self, site: Site, iterable: Any) -> Any:
        """What a ``for`` inside the repeated body iterates in place of ``iterable``."""

    def draw(self, draw: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """What a ``next(...)`` of the program gives."""


class NoRepeater:
    """Leaves every loop as it is."""

    awake = False
    repeating = False

    def begins(self, loop: Loop, frame: FrameType) -> None:
        pass

    def ended(self, loop: Loop, frame: FrameType) -> Again | None:
        return None

    def extends(self, loop: Loop, frame: FrameType) -> bool:
        return False

    def left(self, loop: Loop) -> None:
        pass

    def entered(self, loop: Loop, iterable: Any) -> None:
        pass

    def serve(self, site: Site, iterable: Any) -> Iterator[Any] | Any:
        return iterable

    def draw(self, draw: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        return draw(*arguments)
