"""Making, removing, renaming and linking entries: all of it happens in the layer."""

from __future__ import annotations

import errno
import functools
import os
import stat
import sys
from collections.abc import Callable
from typing import Any

from trialrun.target.containment import real
from trialrun.target.containment.layer import Layer, absolute, failure, named
from trialrun.target.containment.rules import inside

Function = Callable[..., Any]


def wrappers(layer: Layer) -> dict[str, Function]:
    """The replacements of ``os`` functions, by name; those the platform lacks are left out."""
    return {**_entries(layer), **_pairs(layer)}


def _entries(layer: Layer) -> dict[str, Function]:
    """Functions that make or remove one entry."""

    def maker(function: Function) -> Function:
        @functools.wraps(function)
        def make(path: Any, *args: Any, dir_fd: int | None = None, **kwargs: Any) -> None:
            text = layer.resolve(absolute(layer, path, dir_fd), False)
            if layer.untouched(text):
                function(text, *args, **kwargs)
                return
            if layer.in_real(text):
                raise failure(errno.EEXIST, text)
            function(layer.place_for(text), *args, **kwargs)

        return named(make)

    @functools.wraps(os.unlink)
    def unlink(path: Any, *, dir_fd: int | None = None) -> None:
        text = layer.resolve(absolute(layer, path, dir_fd), False)
        if layer.untouched(text):
            real.unlink(text)
            return
        mode = real.lstat(layer.actual(text)).st_mode
        if stat.S_ISDIR(mode):
            raise failure(errno.EISDIR, text)
        copy = layer.place_for(text)
        if real.lexists(copy):
            real.unlink(copy)
        layer.remove(text)

    @functools.wraps(os.rmdir)
    def rmdir(path: Any, *, dir_fd: int | None = None) -> None:
        text = layer.resolve(absolute(layer, path, dir_fd), False)
        if layer.untouched(text):
            real.rmdir(text)
            return
        actual = layer.actual(text)
        if not stat.S_ISDIR(real.lstat(actual).st_mode):
            raise failure(errno.ENOTDIR, text)
        if layer.listing(text):
            raise failure(errno.ENOTEMPTY, text)
        copy = layer.place_for(text)
        if real.lexists(copy):
            real.rmdir(copy)
        layer.remove(text)

    made = {name: maker(getattr(os, name)) for name in ("mkdir", "mkfifo", "mknod") if hasattr(os, name)}
    return {**made, "unlink": named(unlink), "remove": named(unlink), "rmdir": named(rmdir)}


def _pairs(layer: Layer) -> dict[str, Function]:
    """Functions of two paths."""

    def move(source: Any, target: Any, source_fd: int | None, target_fd: int | None, replacing: bool) -> None:
        old = layer.resolve(absolute(layer, source, source_fd), False)
        new = layer.resolve(absolute(layer, target, target_fd), False)
        if layer.untouched(old) and layer.untouched(new):
            real.replace(old, new)
            return
        for path in (old, new):  # in the kernel's order: both folders, then the source
            real.lstat(layer.actual(os.path.dirname(path)))
            layer.check_folder(os.path.dirname(path), path)
        real.lstat(old if layer.untouched(old) else layer.actual(old))
        if old != new:
            _move(layer, old, new, replacing)

    @functools.wraps(os.rename)
    def rename(src: Any, dst: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None) -> None:
        move(src, dst, src_dir_fd, dst_dir_fd, os.name != "nt")

    @functools.wraps(os.replace)
    def replace(src: Any, dst: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None) -> None:
        move(src, dst, src_dir_fd, dst_dir_fd, True)

    @functools.wraps(os.symlink)
    def symlink(src: Any, dst: Any, target_is_directory: bool = False, *, dir_fd: int | None = None) -> None:
        new = layer.resolve(absolute(layer, dst, dir_fd), False)
        if not layer.untouched(new) and layer.in_real(new):
            raise failure(errno.EEXIST, new)
        place = new if layer.untouched(new) else layer.place_for(new)
        real.symlink(os.fsdecode(src), place, target_is_directory)
        layer.forget_folders()

    made: dict[str, Function] = {
        "rename": named(rename, paths=2),
        "replace": named(replace, paths=2),
        "symlink": named(symlink, paths=2),
    }
    if hasattr(os, "link"):
        made["link"] = _linker(layer, os.link)
    return made


def _linker(layer: Layer, function: Function) -> Function:
    @functools.wraps(function)
    def link(
        src: Any,
        dst: Any,
        *,
        src_dir_fd: int | None = None,
        dst_dir_fd: int | None = None,
        follow_symlinks: bool = True,
    ) -> None:
        follow = follow_symlinks and sys.platform == "darwin"  # elsewhere the system's link() links the link itself
        old = layer.resolve(absolute(layer, src, src_dir_fd), follow)
        new = layer.resolve(absolute(layer, dst, dst_dir_fd), False)
        real.lstat(old if layer.untouched(old) else layer.actual(old))
        if not layer.untouched(new) and layer.in_real(new):
            raise failure(errno.EEXIST, new)
        origin = old if layer.untouched(old) else layer.copy_up(old)
        function(origin, new if layer.untouched(new) else layer.place_for(new))

    return named(link, paths=2)


def _move(layer: Layer, old: str, new: str, replacing: bool) -> None:
    """Rename within the layer; what was real is copied up first, the old name is then gone."""
    if inside(old, new):
        raise failure(errno.ENOTEMPTY, new)
    if inside(new, old):
        raise failure(errno.EINVAL, new)
    was_there = layer.untouched(new) or layer.in_real(new)
    is_folder = stat.S_ISDIR(real.lstat(old if layer.untouched(old) else layer.actual(old)).st_mode)
    if not layer.untouched(new) and layer.in_real(new):
        if not replacing:
            raise failure(errno.EEXIST, new)
        new_is_folder = stat.S_ISDIR(real.lstat(layer.actual(new)).st_mode)
        if new_is_folder and not is_folder:
            raise failure(errno.EISDIR, new)
        if is_folder and not new_is_folder:
            raise failure(errno.ENOTDIR, new)
        if new_is_folder and layer.listing(new):
            raise failure(errno.ENOTEMPTY, new)
    if not layer.untouched(old):
        layer.place_for(old)
    source = old if layer.untouched(old) else layer.copy_up_tree(old)
    target = new if layer.untouched(new) else layer.place_for(new)
    if layer.untouched(old) != layer.untouched(new):
        _across(source, target)
    else:
        real.replace(source, target)
    if not layer.untouched(new):
        if was_there:
            layer.journal.remove(new)
        layer.journal.opened(new)
    if not layer.untouched(old):
        layer.remove(old)
    layer.forget_folders()


def _across(source: str, target: str) -> None:
    """Between the layer and a real place: they may be different file systems, whose rename fails with EXDEV."""
    try:
        real.replace(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV or stat.S_ISDIR(real.lstat(source).st_mode):
            raise
        if real.lexists(target):
            real.unlink(target)
        real.copy_file(source, target)
        real.unlink(source)
