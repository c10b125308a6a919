"""What the clock asks of whoever looks at operations, so that it can time items as the full run will see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Watching(Protocol):
    """What looks at operations and makes them slower."""

    @property
    def resting(self) -> bool:
        """Whether it is paused."""

    def pause(self) -> Callable[[], None]:
        """Look at nothing until what is returned is called."""


class Unwatched:
    """Nothing is looked at, and nothing made slower."""

    resting = False

    def pause(self) -> Callable[[], None]:
        return lambda: None
