"""Python's own file functions over the union, put in the place of the originals everywhere they are held."""

from __future__ import annotations

import builtins
import functools
import genericpath
import importlib.machinery
import io
import os
import shutil
import sys
import threading
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from types import BuiltinFunctionType, ModuleType
from typing import Any

from trialrun.target.containment import redirect_entries, redirect_folders, redirect_os
from trialrun.target.containment.layer import Layer, absolute, named

Function = Callable[..., Any]

# Modules whose classes keep originals as static methods, in some of the supported versions of Python.
_HOLDERS = ("pathlib", "pathlib._local", "glob")
_CAPABILITY_SETS = ("supports_dir_fd", "supports_fd", "supports_follow_symlinks", "supports_effective_ids")


def redirect(layer: Layer) -> Callable[[], bool]:
    """From now on Python code of this process changes no real file. It cannot be undone, the process ends with it.

    Returns whether a redirected ``open`` is at work in the asking thread.
    """
    at_work = threading.local()
    replacements: dict[Function, Function] = {}
    wrappers = {**redirect_os.wrappers(layer), **redirect_folders.wrappers(layer), **redirect_entries.wrappers(layer)}
    wrappers["open"] = _descriptor_opener(layer)
    for name, function in wrappers.items():
        replacements[getattr(os, name)] = function
    replacements[builtins.open] = _file_opener(wrappers["open"], at_work)
    replacements[io.open_code] = _code_opener(layer)
    for name in _CAPABILITY_SETS:
        known = getattr(os, name)
        known |= {replacements[function] for function in known if function in replacements}
    own = __package__ or ""
    for module_name, module in list(sys.modules.items()):
        # Importing reads through ``posix`` itself and stays fast; this package keeps the originals it works with.
        if isinstance(module, ModuleType) and not module_name.startswith(own) and module_name not in ("posix", "nt"):
            _replace_in(module, replacements)
    replace_in_classes(replacements)
    # Its fast way works on descriptors of real folders; the other one goes through the functions above.
    if hasattr(shutil, "_use_fd_functions"):
        shutil._use_fd_functions = False
    for name in ("exists", "lexists", "isdir", "isfile", "islink"):  # native on Windows: they would see real files only
        if isinstance(getattr(os.path, name), BuiltinFunctionType) and hasattr(genericpath, name):
            setattr(os.path, name, getattr(genericpath, name))
    sys.dont_write_bytecode = True  # the import system writes its caches beside the user's modules, past all this
    sys.meta_path.append(_LayerFinder(layer))
    return lambda: getattr(at_work, "depth", 0) > 0


def _replace_in(module: ModuleType, replacements: dict[Function, Function]) -> None:
    held = vars(module)
    for name, value in list(held.items()):
        if type(value) is BuiltinFunctionType and value in replacements:
            held[name] = replacements[value]


def replace_in_classes(replacements: dict[Function, Function]) -> None:
    """Put replacements where classes of the standard library keep the originals."""
    for module in [sys.modules[name] for name in _HOLDERS if name in sys.modules]:
        for cls in [value for value in vars(module).values() if isinstance(value, type)]:
            for name, value in list(vars(cls).items()):
                function = value.__func__ if isinstance(value, staticmethod) else value
                if type(function) is BuiltinFunctionType and function in replacements:
                    setattr(cls, name, staticmethod(replacements[function]))


def _descriptor_opener(layer: Layer) -> Function:
    plain = os.open
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

    @functools.wraps(plain)
    def open_descriptor(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        exclusive = flags & os.O_CREAT and flags & os.O_EXCL  # a link in the way counts as existing
        follow = not (exclusive or flags & getattr(os, "O_NOFOLLOW", 0))
        text = layer.resolve(absolute(layer, path, dir_fd), follow)
        if layer.untouched(text):
            return plain(text, flags, mode)
        if not flags & writing:
            return plain(layer.actual(text), flags, mode)
        descriptor = plain(layer.for_writing(text, flags), flags, mode)
        layer.journal.opened(text)
        return descriptor

    return named(open_descriptor)


def _file_opener(open_descriptor: Function, at_work: threading.local) -> Function:
    plain = builtins.open

    def layer_opener(path: Any, flags: int) -> int:
        descriptor: int = open_descriptor(path, flags, 0o666)
        return descriptor

    @functools.wraps(plain)
    def open(
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        # Through an opener, so that the file object keeps the name the script gave it.
        at_work.depth = getattr(at_work, "depth", 0) + 1
        try:
            return plain(file, mode, buffering, encoding, errors, newline, closefd, opener or layer_opener)
        finally:
            at_work.depth -= 1

    return open


def _code_opener(layer: Layer) -> Function:
    plain = io.open_code

    @functools.wraps(plain)
    def open_code(path: str) -> Any:
        text = layer.resolve(path)
        return plain(text if layer.untouched(text) else layer.actual(text))

    return named(open_code)


class _LayerFinder(MetaPathFinder):
    """Finds modules that the script itself wrote: they exist in the layer only."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> Any:
        folders = [self._layer.copy_of(self._layer.resolve(entry or ".")) for entry in (path or sys.path)]
        existing = [folder for folder in folders if os.path.isdir(folder)]
        if not existing:
            return None
        importlib.machinery.PathFinder.invalidate_caches()
        return importlib.machinery.PathFinder.find_spec(fullname, existing, target)
