"""Module calls, through torch's global forward hooks, and registrations, through its registration hooks."""

from __future__ import annotations

import functools
import sys
import weakref
from collections.abc import Callable
from typing import Any

import torch
from torch.nn.modules import module as torch_module

from trialrun import _torch
from trialrun.capture.crash import CrashContext
from trialrun.capture.events import ModuleCall
from trialrun.capture.ledger import Ledger
from trialrun.capture.patches import Patches
from trialrun.capture.watch import Watch

MAX_FRAMES = 12  # how far above an outermost call a parent's forward() is looked for
ALL_HOOKS = 4  # on entering and leaving a call, on registering a module and a parameter
KINDS = ("layer", "stray_module", "evaluation", "parameter")


class ModuleSource:
    """Keeps the stack of running module calls and tells of each entry and exit.

    ``model.forward(x)`` called directly fires no hook for ``model``: the modules inside then are outermost calls,
    and their root is the registered parent whose ``forward`` is running.
    """

    def __init__(self, watch: Watch, ledger: Ledger, crash: CrashContext) -> None:
        self._watch = watch
        self._ledger = ledger
        self._crash = crash
        self._stack: list[ModuleCall] = []
        self._setting_mode = False  # `train()` goes on to the children
        self._removers: list[Callable[[], None]] = []
        self._patches = Patches()
        self._parents: weakref.WeakKeyDictionary[torch.nn.Module, list[tuple[weakref.ref[torch.nn.Module], str]]]
        self._parents = weakref.WeakKeyDictionary()
        self._names: weakref.WeakKeyDictionary[torch.nn.Module, dict[int, str]] = weakref.WeakKeyDictionary()

    def attach(self) -> None:
        self._removers = [
            *self._call_hooks(),
            _torch.module_registration_hook(self._registered_module).remove,
            _torch.parameter_registration_hook(self._registered_parameter).remove,
        ]
        self._patches.replace(torch.nn.Module, "train", self._noting_train)

    def _call_hooks(self) -> list[Callable[[], None]]:
        return [
            torch_module.register_module_forward_pre_hook(self._entering).remove,
            _torch.forward_hook(self._leaving),
        ]

    def pause(self) -> Callable[[], None]:
        """Take the hooks on calls away, and return what puts them back."""
        if len(self._removers) < ALL_HOOKS:  # a compiler runs: they are gone for good
            return lambda: None
        self.stop_calls()

        def resume() -> None:
            self._removers[:0] = self._call_hooks()

        return resume

    def _noting_train(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Torch has no hook on a change of mode; ``eval()`` comes this way too."""

        @functools.wraps(original)
        def train(module: torch.nn.Module, mode: bool = True) -> Any:
            if mode:
                self._watch.train_mode_step = self._watch.steps
            if self._setting_mode or not self._watch.listening():
                return original(module, mode)
            self._watch.tell("mode_set", module, bool(mode))
            self._setting_mode = True
            try:
                return original(module, mode)
            finally:
                self._setting_mode = False

        return train

    def detach(self) -> None:
        self._patches.undo()
        while self._removers:
            self._removers.pop()()
        self.forget_calls()

    def stop_calls(self) -> None:
        """Remove the forward hooks alone: inside compiled regions they would break graphs apart."""
        for remove in self._removers[:2]:
            remove()
        del self._removers[:2]
        self.forget_calls()

    @property
    def current(self) -> ModuleCall | None:
        return self._stack[-1] if self._stack else None

    def forget_calls(self) -> None:
        """Drop calls that were left by an exception which skips forward hooks (Ctrl-C, ``SystemExit``)."""
        while self._stack:
            self._drop()

    # -- hooks

    def _entering(self, module: torch.nn.Module, inputs: tuple[Any, ...]) -> None:
        if self._watch.listening():
            self._watch.shielded(KINDS, self.enter, module, inputs)

    def _leaving(self, module: torch.nn.Module, inputs: tuple[Any, ...], *rest: Any) -> None:
        if not self._watch.listening():
            return
        if len(rest) == 2:  # keywords and output; torch passes no keywords when forward() raised
            self._watch.shielded(KINDS, self.leave, module, rest[0], rest[1])
        else:
            self._watch.shielded(KINDS, self.fail, module)

    def enter(self, module: torch.nn.Module, inputs: tuple[Any, ...]) -> None:
        grad_enabled = torch.is_grad_enabled()
        if self._stack and self._stack[0].module is module and not _running_twice():
            self.forget_calls()
        if not any(call.is_model for call in self._stack):
            self._watch.stepping = False  # a closure; or the last step was left by an exception
            where = self._watch.position.where()
            root = self._running_parent(module) or module
            name = "" if root is module else self._name(root, module) or ""
            call = ModuleCall(module, root, name, True, grad_enabled, inputs, where)
            call.is_model = call.is_inside_model = any(True for _ in root.parameters())
            self._stack.append(call)
            if call.is_model:
                call.keywords = _torch.call_keywords()
                self._watch.position.model_call(grad_enabled, module.training)
        else:
            call = self._nested(module, inputs, grad_enabled)
            self._stack.append(call)
        self._watch.tell("module_entered", call)
        if _torch.takes_fast_path(module):
            call.release = _torch.hide_from_modes()

    def _nested(self, module: torch.nn.Module, inputs: tuple[Any, ...], grad_enabled: bool) -> ModuleCall:
        parent = self._stack[-1]
        name = self._name(parent.root, module)
        stray = name is None and self._name(parent.module, module) is None
        if name is None:
            inner = None if stray else self._name(parent.module, module)
            name = f"{parent.name}.{inner}" if inner and parent.name else inner or ""
        first = stray and not any(call.stray for call in self._stack)
        where = self._watch.position.where() if first else None
        return ModuleCall(
            module, parent.root, name, False, grad_enabled, inputs, where, stray=first, is_inside_model=True
        )

    def leave(self, module: torch.nn.Module, keywords: dict[str, Any], output: Any) -> None:
        call = self._pop(module)
        if call is not None:
            call.keywords = keywords
            self._watch.tell("module_left", call, output)

    def fail(self, module: torch.nn.Module) -> None:
        call = self._pop(module)
        error = sys.exc_info()[1]
        if call is not None and error is not None:
            self._crash.module_raised(error, call)

    def _pop(self, module: torch.nn.Module) -> ModuleCall | None:
        while any(call.module is module for call in self._stack):
            call = self._drop()
            if call.module is module:
                return call
        return None

    def _drop(self) -> ModuleCall:
        call = self._stack.pop()
        if call.release is not None:
            call.release()
        return call

    # -- names

    def _name(self, root: torch.nn.Module, module: torch.nn.Module) -> str | None:
        """The dotted name of ``module`` in ``root``; None if it is not registered there."""
        names = self._names.get(root)
        if names is None or id(module) not in names:
            names = {id(child): name for name, child in root.named_modules()}
            self._names[root] = names
        name = names.get(id(module))
        if name is None or not name:
            return name
        try:  # ids are reused and modules replaced: trust the cache only where it still holds
            if root.get_submodule(name) is module:
                return name
        except AttributeError:
            pass
        self._names.pop(root, None)
        return next((name for name, child in root.named_modules() if child is module), None)

    def _running_parent(self, module: torch.nn.Module) -> torch.nn.Module | None:
        """The outermost registered parent of ``module`` whose ``forward`` is running right above this call."""
        found, known = None, module
        codes = {}
        while (parent := self._parent(known)) is not None:
            code = getattr(type(parent).forward, "__code__", None)
            codes[code] = parent
            known = parent
            if len(codes) > MAX_FRAMES:
                break
        frame = sys._getframe(1)
        for _ in range(MAX_FRAMES if codes else 0):
            if frame is None:
                break
            found = codes.get(frame.f_code, found)
            frame = frame.f_back  # type: ignore[assignment]
        return found

    def _parent(self, module: torch.nn.Module) -> torch.nn.Module | None:
        for reference, name in reversed(self._parents.get(module, [])):
            parent = reference()
            if parent is not None and parent._modules.get(name) is module:
                return parent
        return None

    def _registered_module(self, parent: torch.nn.Module, name: str, child: torch.nn.Module | None) -> None:
        if self._watch.attached and child is not None:
            self._watch.shielded(KINDS, self._note_parent, parent, name, child)

    def _note_parent(self, parent: torch.nn.Module, name: str, child: torch.nn.Module) -> None:
        self._parents.setdefault(child, []).append((weakref.ref(parent), name))

    def _registered_parameter(self, module: torch.nn.Module, name: str, parameter: torch.nn.Parameter | None) -> None:
        if self._watch.listening() and isinstance(parameter, torch.nn.Parameter):
            self._watch.shielded(("parameter",), self._note_parameter, parameter)

    def _note_parameter(self, parameter: torch.nn.Parameter) -> None:
        entry = self._ledger.of(parameter)
        entry.registered = entry.registered or self._ledger.tick()


def _running_twice() -> bool:
    """Whether module calls are nested right now: else the calls on our stack are those of an abandoned forward."""
    frame = sys._getframe(1)
    code, count = torch.nn.Module._wrapped_call_impl.__code__, 0
    while frame is not None:
        count += frame.f_code is code
        frame = frame.f_back  # type: ignore[assignment]
    return count > 1
