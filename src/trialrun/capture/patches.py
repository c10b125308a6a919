"""Attributes of torch replaced while capture is attached, and put back after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

AnyFunction = Callable[..., Any]


class Patches:
    """Replaces attributes and puts them back, the last first.

    Where the user's program has itself replaced an attribute since, it is left alone: theirs may call ours, so ours
    must pass straight through once detached.
    """

    def __init__(self) -> None:
        self._replaced: list[tuple[Any, str, Any, Any, bool]] = []

    def replace(self, owner: Any, name: str, make: Callable[[AnyFunction], AnyFunction]) -> None:
        """Set ``owner.name`` to ``make(what it was)``."""
        own = name in vars(owner)
        original = vars(owner)[name] if own else getattr(owner, name)
        replacement = make(original)
        setattr(owner, name, replacement)
        self._replaced.append((owner, name, original, replacement, own))

    def undo(self) -> None:
        while self._replaced:
            owner, name, original, replacement, own = self._replaced.pop()
            if vars(owner).get(name) is not replacement:
                continue
            if own:
                setattr(owner, name, original)
            else:
                delattr(owner, name)
