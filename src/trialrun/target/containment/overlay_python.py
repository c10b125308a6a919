"""What Python itself still needs under overlays: openings are counted, and folders can be renamed.

An overlay refuses to rename a folder that has a real one below it, and two overlays over one file system are two to the
kernel: both fail with EXDEV where the script alone would not.
"""

from __future__ import annotations

import builtins
import errno
import functools
import io
import os
import shutil
from collections.abc import Callable
from typing import Any

from trialrun.target.containment.redirect import replace_in_classes
from trialrun.target.containment.rules import inside


def count_openings(count: Callable[[Any, str], Any]) -> None:
    """Tell ``count`` the path and the way, "w" or "r", of each ``open`` of this process; nothing is redirected."""
    plain = builtins.open

    @functools.wraps(plain)
    def open(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        opened = plain(file, mode, *args, **kwargs)
        count(file, "r" if mode in ("r", "rb", "rt") else "w")
        return opened

    builtins.open = io.open = open
    replace_in_classes({plain: open})


def allow_renames(devices: dict[str, int]) -> None:
    """Let ``os.rename`` and ``os.replace`` copy where only the overlays are in the way.

    ``devices`` gives the real file system's number of each folder that has an overlay.
    """
    rename, replace = _renaming(os.rename, devices), _renaming(os.replace, devices)
    replace_in_classes({os.rename: rename, os.replace: replace})
    os.rename, os.replace = rename, replace


def _renaming(plain: Callable[..., None], devices: dict[str, int]) -> Callable[..., None]:
    @functools.wraps(plain)
    def call(src: Any, dst: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None) -> None:
        try:
            plain(src, dst, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)
        except OSError as error:
            relative = src_dir_fd is not None or dst_dir_fd is not None
            if error.errno != errno.EXDEV or relative or not _same_device(src, dst, devices):
                raise
            if os.path.isdir(src) and not os.path.islink(src):
                _copy_folder(src, dst)
            else:
                _copy_file(plain, src, dst)

    return call


def _same_device(source: Any, target: Any, devices: dict[str, int]) -> bool:
    numbers = []
    for path in (source, target):
        folder = os.path.realpath(os.path.dirname(os.path.abspath(os.fsdecode(path))))
        around = [place for place in devices if inside(folder, place)]
        numbers.append(devices[max(around, key=len)] if around else -1)
    return numbers[0] == numbers[1] != -1


def _copy_folder(source: Any, target: Any) -> None:
    if os.path.lexists(target):
        try:
            os.rmdir(target)  # fails as the rename would, unless it is an empty folder
        except OSError as error:
            raise OSError(error.errno, error.strerror, source, None, target) from None
    shutil.copytree(source, target, symlinks=True)
    shutil.rmtree(source)


def _copy_file(plain: Callable[..., None], source: Any, target: Any) -> None:
    beside = os.fsdecode(target) + f".{os.getpid()}.part"  # so that the target is replaced at one stroke
    shutil.copy2(source, beside, follow_symlinks=False)
    plain(beside, target)
    os.unlink(source)
