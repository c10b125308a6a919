"""Single torch operations, through a ``TorchFunctionMode`` on the main thread.

Python-level functions (``F.cross_entropy``) arrive whole: what they call inside is not seen.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from trialrun import _torch
from trialrun.capture.crash import CrashContext
from trialrun.capture.events import FunctionCall, Operation
from trialrun.capture.names import ALIASES, ESCAPES, PROPERTIES, SILENT
from trialrun.capture.patches import Patches
from trialrun.capture.readings import tensors_in
from trialrun.capture.watch import Watch

KINDS = ("loss", "broadcast", "nonfinite")


@functools.lru_cache(maxsize=4096)
def operation_name(function: Any) -> tuple[str, bool] | None:
    """Its short name and whether it works in place; None for what yields no new values (``size``, ``.shape``)."""
    raw = getattr(function, "__name__", "")
    if raw in ("__get__", "__set__"):
        name = getattr(getattr(function, "__self__", None), "__name__", "")
        return (name, raw == "__set__") if name in PROPERTIES else None
    if raw in SILENT:
        return None
    if raw in ESCAPES:  # `float(x)` is not `x.float()`
        return raw, False
    name = raw.strip("_")
    in_place = (raw.endswith("_") and not raw.endswith("__")) or (raw.startswith("__i") and name in ALIASES)
    return ALIASES.get(name, name), in_place or raw == "__setitem__"


class _Mode(TorchFunctionMode):
    def __init__(self, source: FunctionSource) -> None:
        super().__init__()
        self._source = source

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        try:
            result = func(*args, **kwargs)
        except Exception as error:
            self._source.raised(error, func, args, kwargs)
            raise
        if not self._source.passes():
            self._source.succeeded(func, args, kwargs, result)
        return result


class FunctionSource:
    """Tells of each operation that yields values, and leaves those that raised to the crash context.

    After the closely watched steps, operations that record gradients are passed over; evaluation is still looked at.
    """

    def __init__(self, watch: Watch, crash: CrashContext) -> None:
        self._watch = watch
        self._crash = crash
        self._patches = Patches()
        self._mode: _Mode | None = None
        self.on = False

    def attach(self) -> None:
        self._patches.replace(torch, "from_numpy", self._wrap_factory)  # no torch function, so the mode misses it
        self._patches.replace(_torch.function_base(), "apply", self._wrap_apply)  # torch has no hook
        self._mode = mode = _Mode(self)
        mode.__enter__()  # type: ignore[no-untyped-call]
        self.on = True

    def detach(self) -> None:
        self.on = False
        self._patches.undo()
        if self._mode is not None:
            _torch.leave_function_mode(self._mode)
            self._mode = None

    def pause(self) -> Callable[[], None]:
        """Leave the mode, and return what enters it again: below those that the user has entered since.

        One of the user's that is left after that would else take ours off in place of its own.
        """
        if self._mode is None:
            return lambda: None
        mode, place = self._mode, _torch.leave_function_mode(self._mode)
        self.on = False

        def resume() -> None:
            if self._mode is mode and place is not None:
                _torch.enter_function_mode(mode, place)
                self.on = True

        return resume

    def passes(self) -> bool:
        """Whether operations now go by unseen: an optimiser's own arithmetic, steps no longer closely watched."""
        if not self.on:
            return True
        return not self._watch.close if torch.is_grad_enabled() else self._watch.stepping

    def raised(self, error: Exception, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if self._watch.listening():
            name = getattr(function, "__name__", str(function)).strip("_")
            if name == "backward":  # the source of backwards describes it
                return
            self._watch.shielded((), self._crash.operation_raised, error, name, args, kwargs)
            self._watch.tell("operation_raised", name, args, kwargs)

    def succeeded(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        self._watch.shielded(KINDS, self._tell, function, args, kwargs, result)

    def _tell(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        named = operation_name(function)
        if named is None or not self._watch.interested(named[0]) or not self._watch.listening():
            return
        inputs = list(tensors_in(args, 2))
        if kwargs:
            inputs.extend(tensors_in(kwargs, 2))
        outputs = inputs[:1] if named[1] else list(tensors_in(result, 2))
        op = Operation(named[0], function, args, kwargs, inputs, outputs, named[1], torch.is_grad_enabled(), result)
        self._watch.tell_operation(op)

    def _wrap_factory(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def factory(*args: Any, **kwargs: Any) -> Any:
            try:
                result = original(*args, **kwargs)
            except Exception as error:
                self.raised(error, original, args, kwargs)
                raise
            if self.on:
                self.succeeded(original, args, kwargs, result)
            return result

        return factory

    def _wrap_apply(self, original: Callable[..., Any]) -> Any:
        base: Any = _torch.function_base()

        def apply(cls: Any, *args: Any, **kwargs: Any) -> Any:
            function = getattr(super(base, cls), "apply")  # noqa: B009 - of C, which mypy does not see
            watched = self.on and self._watch.close and not kwargs and torch.is_grad_enabled()
            if not (watched and issubclass(cls, torch.autograd.Function) and self._watch.listening()):
                return function(*args, **kwargs)
            versions = [_torch.version(tensor) for tensor in tensors_in(args, 1)]
            result = function(*args)
            if versions == [_torch.version(tensor) for tensor in tensors_in(args, 1)]:
                self._watch.tell("function_called", FunctionCall(cls, args, function))
            return result

        return classmethod(apply)
