"""What the program takes out of queues: each item comes once, so the repeater is asked for it as for ``next``."""

from __future__ import annotations

import functools
import multiprocessing.queues
import queue
import sys
from collections.abc import Callable
from typing import Any

from trialrun.target.loops import Loops

_GETTERS: tuple[type, ...] = (queue.Queue, multiprocessing.queues.Queue)
_COUNTERS: tuple[type, ...] = (queue.Queue, multiprocessing.queues.JoinableQueue)
_INSIDE = frozenset((queue.__file__, multiprocessing.queues.__file__))  # ``get_nowait`` calls ``get``


class Queues:
    """While the repeater of ``loops`` is awake it serves ``get``, and ``task_done`` counts no item twice.

    Only calls from the user's own files are handed on: what a loader takes from its workers belongs to its own
    ``next``. ``queue.SimpleQueue`` is written in C and cannot be watched.
    """

    def __init__(self, loops: Loops) -> None:
        self._loops = loops
        self._replaced: list[tuple[type, str, Any]] = []

    def watch(self) -> None:
        """Begin."""
        for kind in _GETTERS:
            self._replace(kind, "get", self._wrap_get)
        for kind in _COUNTERS:
            self._replace(kind, "task_done", self._wrap_task_done)

    def end(self) -> None:
        """Put all back."""
        while self._replaced:
            kind, name, original = self._replaced.pop()
            setattr(kind, name, original)

    def _replace(self, kind: type, name: str, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        original = vars(kind)[name]
        self._replaced.append((kind, name, original))
        setattr(kind, name, wrap(original))

    def _by_user(self) -> bool:
        frame = sys._getframe(2)
        while frame.f_code.co_filename in _INSIDE and frame.f_back is not None:
            frame = frame.f_back
        return self._loops.knows(frame.f_code.co_filename)

    def _wrap_get(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def get(*args: Any, **kwargs: Any) -> Any:
            if self._loops.repeater.awake and self._by_user():
                return self._loops.repeater.draw(functools.partial(original, **kwargs), args)
            return original(*args, **kwargs)

        return get

    def _wrap_task_done(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def task_done(*args: Any) -> Any:
            return None if self._loops.repeater.repeating and self._by_user() else original(*args)

        return task_done
