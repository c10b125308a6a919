"""The functions of ``os`` that read or change one existing path: changes land in the layer, and are read from there."""

from __future__ import annotations

import errno
import functools
import os
from collections.abc import Callable
from typing import Any

from trialrun.target.containment import real
from trialrun.target.containment.layer import Layer, absolute, failure, named

Function = Callable[..., Any]

_READERS = ("stat", "lstat", "access", "readlink", "statvfs", "pathconf", "getxattr", "listxattr")
_CHANGERS = (
    "chmod",
    "lchmod",
    "chown",
    "lchown",
    "utime",
    "truncate",
    "setxattr",
    "removexattr",
    "chflags",
    "lchflags",
)
_OF_LINKS = frozenset(("lstat", "readlink", "lchmod", "lchown", "lchflags"))
_BY_DESCRIPTOR = {"fchmod": "chmod", "fchown": "chown"}
_OWNERS_ONLY = frozenset(("chmod", "lchmod", "fchmod", "chflags"))


def wrappers(layer: Layer) -> dict[str, Function]:
    """The replacements of ``os`` functions, by name; those the platform lacks are left out."""
    made: dict[str, Function] = {}
    for name in _READERS:
        if hasattr(os, name):
            made[name] = _reader(layer, getattr(os, name), name not in _OF_LINKS)
    for name in _CHANGERS:
        if hasattr(os, name):
            made[name] = _changer(layer, getattr(os, name), name)
    for name, by_path in _BY_DESCRIPTOR.items():
        if hasattr(os, name):
            made[name] = _descriptor_changer(layer, getattr(os, name), getattr(os, by_path))
    return made


def _reader(layer: Layer, function: Function, follow: bool) -> Function:
    @functools.wraps(function)
    def read(path: Any, *args: Any, dir_fd: int | None = None, **kwargs: Any) -> Any:
        if isinstance(path, int):
            return function(path, *args, **kwargs)
        text = layer.resolve(absolute(layer, path, dir_fd), follow and kwargs.get("follow_symlinks", True))
        actual = text if layer.untouched(text) else layer.actual(text)
        # Undecoded, so that a bytes path gets a bytes answer.
        return function(os.fsencode(actual) if isinstance(path, bytes) else actual, *args, **kwargs)

    return named(read)


def _changer(layer: Layer, function: Function, name: str) -> Function:
    @functools.wraps(function)
    def change(path: Any, *args: Any, dir_fd: int | None = None, **kwargs: Any) -> Any:
        if isinstance(path, int):
            known = real.path_of(path)
            if known is None or layer.shown(known) != known or layer.untouched(known):
                return function(path, *args, **kwargs)
            path = known
        text = layer.resolve(
            absolute(layer, path, dir_fd), name not in _OF_LINKS and kwargs.get("follow_symlinks", True)
        )
        if layer.untouched(text):
            return function(text, *args, **kwargs)
        if layer.in_real(text):
            _check_right(text, name)
        actual = layer.copy_up(text)
        if name == "truncate":
            layer.journal.opened(text)
        return function(actual, *args, **kwargs)

    return named(change)


def _check_right(path: str, name: str) -> None:
    owner = not hasattr(os, "geteuid") or os.geteuid() in (0, real.lstat(path).st_uid)
    if not owner and (name in _OWNERS_ONLY or not real.access(path, os.W_OK)):
        raise failure(errno.EPERM, path)


def _descriptor_changer(layer: Layer, function: Function, by_path: Function) -> Function:
    by_name = _changer(layer, by_path, "chmod")

    @functools.wraps(function)
    def change(fd: int, *args: Any) -> None:
        known = real.path_of(fd)
        if known is None or layer.shown(known) != known or layer.untouched(known):
            function(fd, *args)
        else:
            by_name(known, *args)

    return change
