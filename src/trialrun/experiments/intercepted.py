"""Calls of torch's functions that a change answers in their place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from torch.overrides import TorchFunctionMode

from trialrun import _torch


class Answer(Protocol):
    """What a call comes to; the function itself may be called, with other arguments."""

    def __call__(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], /) -> Any: ...


def intercept(answer: Answer) -> Callable[[], None]:
    """From now on ``answer`` is asked for every call; returns what ends it."""
    mode = _Mode(answer)
    mode.__enter__()  # type: ignore[no-untyped-call]

    def end() -> None:
        _torch.leave_function_mode(mode)

    return end


class _Mode(TorchFunctionMode):
    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._answer = answer

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        return self._answer(func, args, kwargs or {})
