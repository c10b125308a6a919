"""The union of the real files and a layer of changes: what redirected Python functions see.

A path below the layer's root is the changed copy of the same path below ``/``. A copy hides the real file; a real file
that the script removed is *gone*, with all below it, and a folder made anew in its place starts empty.
"""

from __future__ import annotations

import errno
import functools
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trialrun.target.containment import real
from trialrun.target.containment.journal import Journal
from trialrun.target.containment.rules import KERNEL_PATHS, Rules, inside

_MOST_LINKS = 40  # the kernel's own limit for one path
_SEPARATOR = os.sep


def failure(number: int, path: str) -> OSError:
    """The error Python raises for this ``errno`` and path."""
    return OSError(number, os.strerror(number), path)


class Layer:
    """Maps paths of the script to the files that hold their content."""

    def __init__(self, rules: Rules, places: list[Path], journal: Journal) -> None:
        scratch, run = os.path.realpath(rules.scratch), os.path.realpath(rules.run_dir)
        self.root = os.path.join(scratch, "layer")
        os.makedirs(self.root, exist_ok=True)
        self.journal = journal
        self._untouched = (*KERNEL_PATHS, scratch, run, *map(str, places))
        self._hidden = os.path.dirname(run) if os.path.basename(os.path.dirname(run)) == ".trialrun" else run
        self._folders: dict[str, str] = {}  # canonical path of folders, by the text they were named with

    def untouched(self, path: str) -> bool:
        """Whether the canonical ``path`` is real for the script: kernel, scratch folder, ``allow_write``."""
        return any(inside(path, place) for place in self._untouched)

    def copy_of(self, path: str) -> str:
        """Where the changed copy of ``path`` lies or would lie."""
        drive, rest = os.path.splitdrive(path)
        return self.root + (_SEPARATOR + drive.rstrip(":") if drive else "") + rest.rstrip(_SEPARATOR)

    def shown(self, path: str) -> str:
        """The path the script knows the file ``path`` by."""
        if inside(path, self.root):
            return path[len(self.root) :] or _SEPARATOR
        return path

    def cwd(self) -> str:
        """The working directory as the script sees it."""
        return self.shown(real.getcwd())

    def gone(self, path: str) -> bool:
        """Whether the real file at ``path`` was removed by the script, itself or with a folder around it."""
        gone = self.journal.gone
        if not gone:
            return False
        while path not in gone:
            parent = os.path.dirname(path)
            if parent == path:
                return False
            path = parent
        return True

    def actual(self, path: str) -> str:
        """The file that holds the content of the canonical ``path``; it need not exist, the error is then natural."""
        copy = self.copy_of(path)
        try:
            real.lstat(copy)
        except NotADirectoryError:
            return copy
        except (OSError, ValueError):
            return copy if self.gone(path) else path
        return copy

    def in_real(self, path: str) -> bool:
        """Whether the script sees the real file at ``path``, or would without its copy."""
        return real.lexists(path) and not self.gone(path)

    def resolve(self, path: str, follow: bool = True) -> str:
        """``path`` absolute and without links, as the union has them. OSError for a loop of links."""
        text = path if os.path.isabs(path) else os.path.join(self.cwd(), path)
        if os.name == "nt" or any(inside(text, place) for place in KERNEL_PATHS):
            return os.path.abspath(text)
        folder, name = os.path.split(text)
        if name in ("", ".", ".."):
            return self._walk(text, True)
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = self._walk(folder, True)
        return self._walk(known.rstrip("/") + "/" + name, follow, len(known.rstrip("/")))

    def _walk(self, text: str, follow: bool, canonical: int = 0) -> str:
        """Resolve ``text``, whose first ``canonical`` characters are resolved already."""
        here, waiting, links = text[:canonical], text[canonical:].split("/")[::-1], 0
        while waiting:
            name = waiting.pop()
            if name in ("", "."):
                continue
            if name == "..":
                here = here.rpartition("/")[0]
                continue
            here = f"{here}/{name}"
            if not waiting and not follow:
                break
            try:
                target = real.readlink(self.actual(here))
            except OSError:
                continue
            links += 1
            if links > _MOST_LINKS:
                raise failure(errno.ELOOP, text)
            here = "" if target.startswith("/") else here.rpartition("/")[0]
            waiting += target.split("/")[::-1]
        return here or "/"

    def forget_folders(self) -> None:
        """A link or a folder changed: what its name resolved to may be another now."""
        self._folders.clear()

    def names(self, path: str) -> list[str] | None:
        """Names in the folder ``path`` where layer and real files must be merged; None where ``actual`` tells all."""
        copy = self.copy_of(path)
        both = real.lexists(copy) and self.in_real(path) and os.path.isdir(path)
        if not both and os.path.dirname(self._hidden) != path and not self.journal.gone:
            return None
        names = dict.fromkeys(real.listdir(copy)) if real.lexists(copy) else {}
        if both or (not names and not real.lexists(copy)):
            for name in real.listdir(self.actual(path) if not both else path):
                child = os.path.join(path, name)
                if name not in names and child != self._hidden and child not in self.journal.gone:
                    names[name] = None
        return list(names)

    def listing(self, path: str) -> list[str]:
        """Names in the folder ``path`` as the script sees it."""
        names = self.names(path)
        return real.listdir(self.actual(path)) if names is None else names

    def mirror(self, folder: str) -> str:
        """The layer's copy of ``folder``, made where the script sees such a folder. Raises NotADirectoryError."""
        copy = self.copy_of(folder)
        if not real.lexists(copy) and self.in_real(folder):
            if not stat.S_ISDIR(real.stat_(folder).st_mode):
                raise failure(errno.ENOTDIR, folder)
            if os.path.dirname(folder) != folder:
                self.mirror(os.path.dirname(folder))
            real.mkdir(copy)
            real.copy_status(folder, copy)
            # Root's folders may forbid writing to others; the layer's copy must take the entries that follow.
            real.chmod(copy, stat.S_IMODE(real.stat_(folder).st_mode) | stat.S_IRWXU)
        return copy

    def place_for(self, path: str) -> str:
        """Where an entry ``path`` may be made, replaced or removed; its folder is there if the script sees one.

        Raises NotADirectoryError, and PermissionError where the real entry could not be made.
        """
        parent = os.path.dirname(path)
        self.check_folder(parent, path)
        if self.in_real(parent):
            if not real.access(parent, os.W_OK | os.X_OK):
                raise failure(errno.EACCES, path)
            self.mirror(parent)
        return self.copy_of(path)

    def check_folder(self, folder: str, path: str) -> None:
        """Raises NotADirectoryError for ``path`` where ``folder`` is a file."""
        actual = self.actual(folder)
        if real.lexists(actual) and not stat.S_ISDIR(real.stat_(actual).st_mode):
            raise failure(errno.ENOTDIR, path)

    def copy_up(self, path: str, content: bool = True) -> str:
        """The layer's copy of an existing ``path``, made from the real file; a folder is copied without its entries."""
        copy = self.copy_of(path)
        self.check_folder(os.path.dirname(path), path)
        if not real.lexists(copy) and self.in_real(path):
            if stat.S_ISDIR(real.lstat(path).st_mode):
                return self.mirror(path)
            self.mirror(os.path.dirname(path))
            real.copy_file(path, copy, content)
        return copy

    def copy_up_tree(self, path: str) -> str:
        """The layer's copy of ``path`` with all below it, as a rename needs it."""
        copy = self.copy_up(path)
        if stat.S_ISDIR(real.lstat(copy).st_mode):
            for name in self.listing(path):
                self.copy_up_tree(os.path.join(path, name))
        return copy

    def for_writing(self, path: str, flags: int) -> str:
        """The file to open with the writing ``flags`` of ``os.open`` for the canonical ``path``."""
        copy = self.copy_of(path)
        if real.lexists(copy):
            return copy
        if not self.in_real(path):
            self.check_folder(os.path.dirname(path), path)
            return self.place_for(path) if flags & os.O_CREAT else copy
        mode = real.lstat(path).st_mode
        if flags & os.O_CREAT and flags & os.O_EXCL:
            raise failure(errno.EEXIST, path)
        if stat.S_ISDIR(mode):
            if flags & getattr(os, "O_TMPFILE", 0) & ~os.O_DIRECTORY:
                return self.mirror(path)  # an unnamed file in this folder
            raise failure(errno.EISDIR, path)
        if not stat.S_ISREG(mode):
            return path  # a device, pipe or socket keeps nothing
        if not real.access(path, os.W_OK):
            raise failure(errno.EACCES, path)
        return self.copy_up(path, content=not flags & os.O_TRUNC)

    def remove(self, path: str) -> None:
        """``path`` was taken from the layer; the real one, if there is one, is gone too."""
        if self.in_real(path):
            self.journal.remove(path)
        self.forget_folders()


def absolute(layer: Layer, path: Any, dir_fd: int | None = None) -> str:
    """The text of ``path``, relative to the folder ``dir_fd`` where given. OSError where that has no known path."""
    text = os.fsdecode(path)
    if dir_fd is None or os.path.isabs(text):
        return text
    folder = real.path_of(dir_fd)
    if folder is None:
        raise failure(errno.EBADF, text)
    return os.path.join(layer.shown(folder), text)


def named(function: Callable[..., Any], paths: int = 1) -> Callable[..., Any]:
    """Errors of ``function`` name the one or two paths it was given, not the files in the layer."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except OSError as error:
            given = [*args, *kwargs.values()]
            if error.filename is not None and given and not isinstance(given[0], int):
                error.filename = given[0]
                if paths == 2 and len(given) > 1:
                    error.filename2 = given[1]
            raise

    return call
