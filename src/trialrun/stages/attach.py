"""Attach capture once torch is there, and keep a fault of capture from reaching the user's run."""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from trialrun.evidence.program import CallContext, SkipRecord
from trialrun.evidence.records import Record
from trialrun.target.position import Position

if TYPE_CHECKING:
    from trialrun.capture.session import AnyObserver, Capture
    from trialrun.capture.taint import Taints
    from trialrun.capture.watch import Watch as CaptureWatch

LINE_SEARCH_EVALUATIONS = 3  # of an L-BFGS step: enough to begin its history and to search a line once


class Watch:
    """Capture, attached late and guarded."""

    def __init__(
        self,
        position: Position,
        write: Callable[[Record], None],
        hooked_steps: int | None,
        on_first_update: Callable[[], None],
        before_compile: Callable[[], None],
        cutting: bool,
    ) -> None:
        self._position = position
        self._write = write
        self._hooked_steps = hooked_steps
        self._on_first_update = on_first_update
        self._before_compile = before_compile
        self._cutting = cutting
        self._undo: list[Callable[[], None]] = []
        self._capture: Capture | None = None

    def attach(self) -> None:
        """Start watching; torch has been imported."""
        try:
            from trialrun.capture.session import Capture

            capture = Capture(self._position, self._write, self._hooked_steps)
            capture.on_first_update = self._on_first_update
            capture.attach()
            self._capture = capture
            self._announce_compile()
            if self._cutting:
                from trialrun import _torch

                self._undo.append(_torch.limit_line_searches(LINE_SEARCH_EVALUATIONS))
        except Exception as fault:
            self._write(SkipRecord("update", f"torch could not be watched: {type(fault).__name__}: {fault}"))

    def add(self, make: Callable[[CaptureWatch, Taints], AnyObserver]) -> AnyObserver | None:
        """One observer more; None where torch is not watched."""
        return None if self._capture is None else self._capture.add(make)

    def _announce_compile(self) -> None:
        """Torch tells nobody that it is about to compile something, so its entry is wrapped."""
        import torch

        original = torch.compile

        @functools.wraps(original)
        def compile(*args: Any, **kwargs: Any) -> Any:
            self._before_compile()
            return original(*args, **kwargs)

        torch.compile = compile
        self._undo.append(lambda: setattr(torch, "compile", original))

    @property
    def steps(self) -> int:
        """Updates seen so far."""
        return 0 if self._capture is None else self._capture.steps

    def call_context(self, error: BaseException) -> CallContext | None:
        """The operation and module in which ``error`` arose."""
        if self._capture is None:
            return None
        try:
            return self._capture.call_context(error)
        except Exception as fault:
            self._write(SkipRecord("crash", f"no context of the crash: {type(fault).__name__}: {fault}"))
            return None

    @property
    def compiled(self) -> bool:
        """Whether the program has asked for compilation."""
        return self._capture is not None and self._capture.compiled

    def own_seconds(self) -> float:
        """Seconds that watching itself has taken so far."""
        return 0.0 if self._capture is None else self._capture.own_seconds

    @property
    def resting(self) -> bool:
        """Whether nothing is heard now."""
        return self._capture is None or self._capture.resting

    def pause(self) -> Callable[[], None]:
        """Hear nothing until what is returned is called."""
        return (lambda: None) if self._capture is None else self._capture.pause()

    def settle(self) -> None:
        """A training loop has been left: what it changed last is still there to be seen."""
        if self._capture is not None:
            self._capture.settle()

    def finish(self) -> None:
        """Put the last records on file and undo every hook."""
        if self._capture is None:
            return
        try:
            self._capture.finish()
        except Exception as fault:
            self._write(SkipRecord("update", f"what was seen last is lost: {type(fault).__name__}: {fault}"))
        finally:
            for undo in reversed(self._undo):  # wrapped around what capture has wrapped: off before it
                undo()
            self._capture.detach()


def when_torch_is_imported(action: Callable[[], None]) -> None:
    """Call ``action`` now if torch has been imported, else right after the script imports it."""
    if "torch" in sys.modules:
        action()
    else:
        sys.meta_path.insert(0, _TorchWaiter(action))


class _TorchWaiter(importlib.abc.MetaPathFinder):
    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != "torch":
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            loader: Any = spec.loader
            execute, action = loader.exec_module, self._action

            def exec_module(module: types.ModuleType) -> None:
                execute(module)
                action()

            loader.exec_module = exec_module
        return spec
