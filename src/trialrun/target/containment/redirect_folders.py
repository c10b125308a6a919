"""Listing folders of the union, and where the script believes to be."""

from __future__ import annotations

import functools
import os
import stat
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

from trialrun.target.containment import real
from trialrun.target.containment.layer import Layer, named


class Entry:
    """An entry of a merged folder, with the attributes of ``os.DirEntry``."""

    def __init__(self, layer: Layer, folder: str, name: str, canonical: str, as_bytes: bool) -> None:
        path = os.path.join(folder, name)
        self.name: str | bytes = os.fsencode(name) if as_bytes else name
        self.path: str | bytes = os.fsencode(path) if as_bytes else path
        self._actual = layer.actual(canonical)
        self._target = functools.partial(self._follow, layer, canonical)

    @staticmethod
    def _follow(layer: Layer, canonical: str) -> str:
        return layer.actual(layer.resolve(canonical))

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        return real.stat_(self._target()) if follow_symlinks else real.lstat(self._actual)

    def _mode(self, follow: bool) -> int:
        try:
            return self.stat(follow_symlinks=follow).st_mode
        except FileNotFoundError:
            return 0

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return stat.S_ISDIR(self._mode(follow_symlinks))

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return stat.S_ISREG(self._mode(follow_symlinks))

    def is_symlink(self) -> bool:
        return stat.S_ISLNK(self._mode(False))

    def is_junction(self) -> bool:
        return False

    def inode(self) -> int:
        return self.stat(follow_symlinks=False).st_ino

    def __fspath__(self) -> str | bytes:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"


class Listing:
    """What ``os.scandir`` returns for a merged folder: an iterator and a context manager."""

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[Entry]:
        return self

    def __next__(self) -> Entry:
        return next(self._entries)

    def __enter__(self) -> Listing:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._entries = iter(())


def wrappers(layer: Layer) -> dict[str, Callable[..., Any]]:
    """The replacements of ``os`` functions, by name."""

    def locate(path: Any) -> tuple[str, str]:
        """The folder as named by the script, and canonical."""
        if isinstance(path, int):
            known = layer.shown(real.path_of(path) or ".")
            return "", known
        text = os.fsdecode("." if path is None else path)
        return text, layer.resolve(text)

    @functools.wraps(os.listdir)
    def listdir(path: Any = None) -> list[Any]:
        _, canonical = locate(path)
        names = None if layer.untouched(canonical) else layer.names(canonical)
        if names is None:
            names = real.listdir(canonical if layer.untouched(canonical) else layer.actual(canonical))
        return [os.fsencode(name) for name in names] if isinstance(path, bytes) else names

    @functools.wraps(os.scandir)
    def scandir(path: Any = None) -> Any:
        folder, canonical = locate(path)
        names = None if layer.untouched(canonical) else layer.names(canonical)
        if names is None:
            actual = canonical if layer.untouched(canonical) else layer.actual(canonical)
            if actual == canonical:
                return real.scandir(path)
            names = real.listdir(actual)
        return Listing([Entry(layer, folder, n, os.path.join(canonical, n), isinstance(path, bytes)) for n in names])

    enter = os.chdir

    @functools.wraps(os.chdir)
    def chdir(path: Any) -> None:
        if isinstance(path, int):
            enter(path)
            return
        canonical = layer.resolve(os.fsdecode(path))
        # The real folder where there is one: native code and child programs find the real files there.
        enter(canonical if layer.untouched(canonical) or layer.in_real(canonical) else layer.copy_of(canonical))

    @functools.wraps(os.getcwd)
    def getcwd() -> str:
        return layer.cwd()

    @functools.wraps(os.getcwdb)
    def getcwdb() -> bytes:
        return os.fsencode(layer.cwd())

    named_ones = {"listdir": named(listdir), "scandir": named(scandir), "chdir": named(chdir)}
    return {**named_ones, "getcwd": getcwd, "getcwdb": getcwdb}
