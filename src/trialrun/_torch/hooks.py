"""Hooks on all modules, where torch's public ones tell too little."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

import torch

AnyFunction = Callable[..., Any]
FRAMES_OF_A_HOOK = 6  # of ours at most, between torch's own frame and the one that asks


def call_keywords() -> dict[str, Any]:
    """The keyword arguments of the module call around a forward pre-hook.

    A pre-hook on all modules is not told them (one on a single module may ask to be): they are read from the frame
    that runs the hooks. Empty where they can't be found.
    """
    frame = sys._getframe(1)
    for _ in range(FRAMES_OF_A_HOOK):
        if frame.f_back is None:
            break
        frame = frame.f_back
        if frame.f_globals.get("__name__") == "torch.nn.modules.module":
            keywords = frame.f_locals.get("kwargs")
            return dict(keywords) if type(keywords) is dict else {}
    return {}


def forward_hook(hook: AnyFunction) -> Callable[[], None]:
    """Call ``hook(module, args, kwargs, output)`` after every module call, ``hook(module, args, None)`` if it raised.

    Returns what removes it: torch's own handle leaves an entry behind in the table of hooks that want keywords.
    """
    module: Any = torch.nn.modules.module
    register = module.register_module_forward_hook
    if "with_kwargs" not in inspect.signature(register).parameters:  # torch 2.4
        remove: Callable[[], None] = register(without_keywords(hook), always_call=True).remove
        return remove
    handle = register(hook, with_kwargs=True, always_call=True)

    def remove_both() -> None:
        handle.remove()
        module._global_forward_hooks_with_kwargs.pop(handle.id, None)

    return remove_both


def without_keywords(hook: AnyFunction) -> AnyFunction:
    """``hook`` for a torch whose global hooks get no keywords: no output while an exception is handled is a failure."""

    def adapted(module: torch.nn.Module, args: tuple[Any, ...], output: Any) -> None:
        if output is None and sys.exc_info()[1] is not None:
            hook(module, args, None)
        else:
            hook(module, args, {}, output)

    return adapted


def module_registration_hook(hook: AnyFunction) -> Any:
    """Call ``hook(parent, name, child)`` whenever a module is registered; public only by its long path."""
    return torch.nn.modules.module.register_module_module_registration_hook(hook)


def parameter_registration_hook(hook: AnyFunction) -> Any:
    """Call ``hook(module, name, parameter)`` whenever a parameter is registered."""
    return torch.nn.modules.module.register_module_parameter_registration_hook(hook)
