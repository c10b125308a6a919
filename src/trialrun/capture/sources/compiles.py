"""``torch.compile``: compiled regions are watched at their boundary only."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture.patches import Patches
from trialrun.capture.sources.functions import FunctionSource
from trialrun.capture.sources.modules import ModuleSource
from trialrun.capture.watch import Watch

REASON = "the program uses torch.compile: a compiled region is watched at its boundary only"


class CompileSource:
    """Once the program asks for compilation, takes away whatever would change what is compiled.

    Global forward hooks and a function mode break graphs apart, which changes results. In their place the calls of
    compiled modules are wrapped from outside. Model calls that are not compiled are no longer seen.
    """

    def __init__(self, watch: Watch, modules: ModuleSource, functions: FunctionSource) -> None:
        self._watch = watch
        self._modules = modules
        self._functions = functions
        self._patches = Patches()

    def attach(self) -> None:
        self._patches.replace(torch, "compile", self._wrap_compile)

    def detach(self) -> None:
        self._patches.undo()

    def _wrap_compile(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def compile(*args: Any, **kwargs: Any) -> Any:
            if self._watch.listening() and not self._watch.compiled:
                self._watch.shielded(("layer",), self._retreat)
            return original(*args, **kwargs)

        return compile

    def _retreat(self) -> None:
        self._watch.compiled = True
        self._functions.detach()
        self._modules.stop_calls()
        self._patches.replace(_torch.optimised_module(), "__call__", self._wrap_call)
        for kind in ("loss", "broadcast", "nonfinite", "stray_module"):
            self._watch.skip((kind,), REASON)

    def _wrap_call(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def call(compiled: Any, *args: Any, **kwargs: Any) -> Any:
            if not self._watch.listening():
                return original(compiled, *args, **kwargs)
            module = compiled._orig_mod
            self._watch.shielded(("layer",), self._modules.enter, module, args)
            try:
                output = original(compiled, *args, **kwargs)
            except Exception:
                self._watch.shielded(("layer",), self._modules.fail, module)
                raise
            self._watch.shielded(("layer",), self._modules.leave, module, kwargs, output)
            return output

        return call
