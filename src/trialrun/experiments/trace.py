"""Where two runs of the same window first part: the line that drew something new."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from trialrun import _torch
from trialrun.capture.contents import content
from trialrun.capture.patches import Patches
from trialrun.capture.position import Position
from trialrun.capture.readings import tensors_in
from trialrun.evidence.place import Where

MOST_OPERATIONS = 5_000


class Trace(TorchFunctionMode):
    """Writes down a print of the result of each operation and the user's line it came from."""

    def __init__(self, position: Position) -> None:
        super().__init__()
        self._position = position
        self._patches = Patches()
        self.seen: list[tuple[Any, bool, Where | None, str]] = []  # print, from a graph, line, operation

    def begin(self) -> None:
        """Start writing down."""
        self._patches.replace(torch, "from_numpy", self._wrap)  # no torch function: the mode misses it
        self.__enter__()  # type: ignore[no-untyped-call]

    def end(self) -> None:
        """Stop."""
        _torch.leave_function_mode(self)
        self._patches.undo()

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        self._note(result, getattr(func, "__name__", ""))
        return result

    def _wrap(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def factory(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            self._note(result, "from_numpy")
            return result

        return factory

    def _note(self, result: Any, operation: str) -> None:
        if len(self.seen) >= MOST_OPERATIONS:
            return
        with _torch.reading():
            tensors = list(tensors_in(result, 1))
            if tensors:
                graph = any(tensor.requires_grad for tensor in tensors)
                self.seen.append((content(tensors), graph, self._position.where(), operation))


def first_difference(one: Trace, other: Trace) -> Where | None:
    """The line of the first result that differs between two runs from the same state; None if none does."""
    parted = first_part(one, other)
    return parted[1] if parted else None


def first_part(one: Trace, other: Trace) -> tuple[str, Where | None] | None:
    """Operation and line of that result."""
    for a, b in zip(one.seen, other.seen, strict=False):
        if a[0] != b[0] or a[2] != b[2]:
            return a[3], a[2]
    return None


def first_fed_back(one: Trace, other: Trace) -> Where | None:
    """The line of the first result outside of any graph that differs between runs with different weights."""
    for a, b in zip(one.seen, other.seen, strict=False):
        if a[2] != b[2]:
            return a[2]
        if a[0] != b[0] and not a[1]:
            return a[2]
    return None
